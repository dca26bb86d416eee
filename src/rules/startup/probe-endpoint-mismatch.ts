import { isFieldOpen, itemsOf } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import { probeOf, type Probe, type ProbeKind } from "../../kubernetes/probes";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import { mapsAt, spotOf, textAt, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { placeOfField } from "../places";
import { probePort, serverPort } from "./health";

type HttpProbe = Probe & { readonly handler: Extract<Probe["handler"], { kind: "http" }> };

const KINDS: readonly ProbeKind[] = ["startupProbe", "readinessProbe", "livenessProbe"];

export const probeEndpointMismatch = defineRule({
  id: "startup/probe-endpoint-mismatch",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "A probe asks where the server does not listen, or what it does not answer.",
  why: `A probe on another port than the server's, over plain HTTP to a server with a certificate, or on a path below \`/v1\` that demands
an API key never succeeds: the pod does not become ready, or is killed although it works. \`/health\` needs no key and answers
once the engine is up.`,
  sources: [
    "vllm/entrypoints/openai/api_server.py (health, AuthenticationMiddleware)",
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  ],
  check(server, report) {
    const { container, pod } = server;
    if (!container || !pod || server.form !== "pod") return;
    // A proxy beside the server may listen on a port of its own.
    const isAlone =
      !server.accompanied &&
      pod.containers.length === 1 &&
      pod.initContainers.every((init) => init.role !== "sidecar");
    for (const kind of KINDS) {
      const probe = probeOf(container, kind);
      if (probe?.handler.kind !== "http") continue;
      const http = probe as HttpProbe;
      if (isAlone && reportPort(server, container, http, report)) continue;
      reportScheme(server, http, report);
      reportKey(server, http, report);
    }
  },
});

function reportPort(server: VllmServer, container: Container, probe: HttpProbe, report: Report): boolean {
  const { port } = probe.handler;
  const listens = serverPort(server);
  const asked = probePort(container, probe.handler);
  if (listens === undefined || port.kind === "unknown" || server.pod?.managed) return false;
  const isMissing = port.kind === "name" && asked === undefined && !declaresPort(container, port.name);
  if (
    asked === undefined
      ? !isMissing || isFieldOpen(container, "ports") || server.pod?.partial
      : asked === listens
  )
    return false;
  const name =
    port.kind === "name"
      ? `\`${port.name}\`${asked === undefined ? "" : ` (${asked})`}`
      : `\`${port.number}\``;
  report(spotOf(port.node), {
    message: isMissing
      ? `${titleOf(probe)} asks port ${name}, which the container does not declare; the server listens on \`${listens}\`.`
      : `${titleOf(probe)} asks port ${name}; the server listens on \`${listens}\`.`,
    advice: "Ask the port that the server listens on.",
    fixes: [portFix(port.node, listens)],
  });
  return true;
}

function declaresPort(container: Container, name: string): boolean {
  return itemsOf(container, "ports").some((item) => textAt(item, "name") === name || item.open);
}

function portFix(node: YamlScalar, port: number): Fix {
  return { title: `Set the probe's port to \`${port}\``, apply: (editor) => editor.setScalar(node, port) };
}

function reportScheme(server: VllmServer, probe: HttpProbe, report: Report): void {
  const { scheme } = probe.handler;
  const setting = server.engine.settings.get("--ssl-keyfile");
  if (!setting?.text || scheme !== "HTTP") return;
  report(placeOfField(server, probe.kind), {
    message: `${titleOf(probe)} speaks HTTP; the server has a certificate and speaks HTTPS only.`,
    advice: "Set the probe's `scheme` to `HTTPS`.",
    related: [{ at: setting.flagAt, message: "The server's key" }],
    fixes: [
      {
        title: "Set `scheme` to `HTTPS`",
        apply: (editor) => editor.setPath(probe.node, ["httpGet", "scheme"], "HTTPS"),
      },
    ],
  });
}

function reportKey(server: VllmServer, probe: HttpProbe, report: Report): void {
  const { path, pathNode } = probe.handler;
  const keyAt = apiKey(server);
  if (!pathNode || !path?.startsWith("/v1/") || keyAt === undefined) return;
  const headers = mapsAt(probe.node.get("httpGet"), "httpHeaders");
  if (headers.some((header) => /^authorization$/i.test(textAt(header, "name") ?? ""))) return;
  report(spotOf(pathNode), {
    message: `${titleOf(probe)} asks \`${path}\` without the API key that the server demands there.`,
    advice: "Ask `/health`, which needs no key.",
    related: [{ at: keyAt, message: "The server's API key" }],
    fixes: [
      {
        title: "Set the probe's path to `/health`",
        apply: (editor) => editor.setScalar(pathNode, "/health"),
      },
    ],
  });
}

function apiKey(server: VllmServer): Spot | undefined {
  const { settings, environment } = server.engine;
  const variable = environment.get("VLLM_API_KEY");
  return settings.get("--api-key")?.flagAt ?? (variable && variable.value !== "" ? variable.at : undefined);
}

function titleOf({ kind }: Probe): string {
  return {
    startupProbe: "Startup probe",
    readinessProbe: "Readiness probe",
    livenessProbe: "Liveness probe",
  }[kind];
}
