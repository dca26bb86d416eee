import {
  mapAt,
  numberAt,
  scalarAt,
  textAt,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
  type YamlSeq,
  asSeq,
  asMap,
} from "../yaml/node";
import { fieldOf } from "./containers";
import { knownText } from "./known";
import type { Container } from "./model";

export type ProbeKind = "startupProbe" | "livenessProbe" | "readinessProbe";

export interface Probe {
  readonly kind: ProbeKind;
  readonly node: YamlMap;
  readonly handler: ProbeHandler;
  readonly initialDelay: Timing;
  readonly period: Timing;
  readonly timeout: Timing;
  readonly failureThreshold: Timing;
  readonly successThreshold: Timing;
  /** Seconds from the container's start until the probe gives up for the first time; undefined when a part is unknown. */
  readonly budgetSeconds: number | undefined;
}

/** One number of a probe. The value is undefined when it is written but not known. */
export interface Timing {
  readonly value: number | undefined;
  /** True when the manifest does not say and Kubernetes' default stands. */
  readonly isDefault: boolean;
  readonly node: YamlScalar | undefined;
}

export type ProbeHandler =
  | {
      readonly kind: "http";
      readonly port: ProbePort;
      /** `/` when not said; undefined when unknown. */
      readonly path: string | undefined;
      readonly pathNode: YamlScalar | undefined;
      readonly scheme: "HTTP" | "HTTPS" | undefined;
    }
  | { readonly kind: "tcp" | "grpc"; readonly port: ProbePort }
  | { readonly kind: "exec"; readonly command: YamlSeq | undefined }
  | { readonly kind: "unknown" };

export type ProbePort =
  | { readonly kind: "number"; readonly number: number; readonly node: YamlScalar }
  | { readonly kind: "name"; readonly name: string; readonly node: YamlScalar }
  | { readonly kind: "unknown"; readonly node: YamlScalar | undefined };

/** True when a container has the probe at all, readable or not. */
export function hasProbe(container: Container, kind: ProbeKind): boolean {
  return fieldOf(container, kind) !== undefined;
}

/** A probe with Kubernetes' defaults filled in; undefined when there is none, or a template writes it. */
export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  const node = asMap(fieldOf(container, kind));
  if (!node) return undefined;
  const initialDelay = timing(node, "initialDelaySeconds", 0);
  const period = timing(node, "periodSeconds", 10);
  const failureThreshold = timing(node, "failureThreshold", 3);
  return {
    kind,
    node,
    handler: handlerOf(node),
    initialDelay,
    period,
    failureThreshold,
    timeout: timing(node, "timeoutSeconds", 1),
    successThreshold: timing(node, "successThreshold", 1),
    budgetSeconds: budget(initialDelay.value, period.value, failureThreshold.value),
  };
}

function timing(probe: YamlMap, key: string, usual: number): Timing {
  const written = probe.get(key);
  if (written === undefined)
    return { value: probe.open ? undefined : usual, isDefault: true, node: undefined };
  const value = numberAt(written);
  // Kubernetes reads zero as "not set" for all but the delay, whose default is zero.
  return { value: value === 0 ? usual : value, isDefault: false, node: scalarAt(probe, key) };
}

function budget(
  delay: number | undefined,
  period: number | undefined,
  failures: number | undefined,
): number | undefined {
  return delay === undefined || period === undefined || failures === undefined
    ? undefined
    : delay + period * failures;
}

function handlerOf(probe: YamlMap): ProbeHandler {
  const http = mapAt(probe, "httpGet");
  if (http) return httpHandler(http);
  for (const [key, kind] of [
    ["tcpSocket", "tcp"],
    ["grpc", "grpc"],
  ] as const) {
    // prettier-ignore
    const map = mapAt(probe, key);
    if (map) return { kind, port: portOf(map.get("port")) };
  }
  const exec = mapAt(probe, "exec");
  return exec ? { kind: "exec", command: asSeq(exec.get("command")) } : { kind: "unknown" };
}

function httpHandler(http: YamlMap): ProbeHandler {
  const pathNode = scalarAt(http, "path");
  const scheme = http.get("scheme") ? textAt(http, "scheme") : http.open ? undefined : "HTTP";
  return {
    kind: "http",
    port: portOf(http.get("port")),
    path: http.get("path") ? knownText(pathNode) : http.open ? undefined : "/",
    pathNode,
    scheme: scheme === "HTTP" || scheme === "HTTPS" ? scheme : undefined,
  };
}

/** A port by number, also quoted, or by the name of a container port. */
export function portOf(value: YamlNode | undefined): ProbePort {
  const node = value?.kind === "scalar" ? value : undefined;
  const text = knownText(node);
  if (node === undefined || text === undefined) return { kind: "unknown", node };
  if (/^\d+$/.test(text)) return { kind: "number", number: Number(text), node };
  // Port names are lower-case words; `$PORT` and the like are not.
  return /^[a-z0-9-]+$/.test(text) ? { kind: "name", name: text, node } : { kind: "unknown", node };
}
