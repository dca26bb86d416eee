import {
  environmentOf,
  gpuRequestOf,
  type Container,
  type Environment,
  type ObjectLookup,
} from "../kubernetes";
import { asMap } from "../yaml/node";
import { embeddedDocument } from "../yaml/embedded";
import { bindArguments } from "./arguments";
import {
  anchorOf,
  argumentsPlace,
  environmentMap,
  hardwareFor,
  nameOf,
  scriptNode,
  spansPods,
} from "./build";
import { mountedFile } from "./config-file";
import { lookupIn, type ServerContext } from "./context";
import { Engine } from "./engine";
import { findStart, type FoundStart } from "./find-start";
import { parseImage, versionOf } from "./image";
import type { ServerImage, Setting, VllmServer } from "./model";
import { settingsOfMap, type MapSettings } from "./settings-file";
import { parseVersion, type VersionClaim, type VllmVersion } from "./version";

/** The server in a container of a pod template; undefined when it runs something else. */
export function containerServer(container: Container, context: ServerContext): VllmServer | undefined {
  const lookup = lookupIn(context);
  const image = container.image && parseImage(container.image);
  const version = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  const environment = environmentOf(container, lookup);
  const start = findStart(container, { environment, image, version: version.version, lookup });
  return start && startedServer({ container, image, version, environment, start }, context);
}

interface Started {
  readonly container: Container;
  readonly image: ServerImage | undefined;
  readonly version: VersionClaim;
  readonly environment: Environment;
  readonly start: FoundStart;
  /** Settings of the object around the container, which its operator turns into flags. */
  readonly settings?: readonly Setting[];
}

/** Puts the server together once it is known how it starts. */
export function startedServer(started: Started, context: ServerContext): VllmServer {
  const { container, image, version, environment, start } = started;
  const { pod, node } = container;
  const lookup = lookupIn(context);
  const bound = bindArguments(start.args, {
    version: version.version,
    positionalModel: start.entry === "serve",
    strict: (start.entry === "serve" || start.entry === "api-server") && !isOmni(started),
    form: start.shell ? "shell" : "list",
  });
  const file = configFile(bound.bindings, container, lookup, version.version);
  const engine = new Engine({
    bindings: [...(started.settings ?? []), ...file.bindings, ...bound.bindings],
    unrecognised: [...bound.unrecognised, ...file.unrecognised],
    environment: environmentMap(environment, start.shell?.exports ?? new Map(), scriptNode(start)),
    open: bound.open || start.open || file.open,
    version: version.version,
  });
  const gpu = gpuRequestOf(container, node.doc.comments, context.assume.gpu, lookup);
  return {
    object: pod.object,
    pod,
    container,
    name: nameOf(container, pod.object),
    anchor: anchorOf(node),
    image,
    version,
    engine,
    gpu,
    hardware: hardwareFor(image, gpu, engine),
    entry: start.entry,
    argumentsNode: argumentsPlace(start),
    multiNode: spansPods(container, start, engine),
    accompanied: start.accompanied,
    form: pod.object.group === "serving.kserve.io" ? "kserve" : "pod",
  };
}

/** vLLM-Omni replaces `vllm serve` by one with options of its own. */
function isOmni({ image, start }: Started): boolean {
  return /omni/.test(image?.repository ?? "") || start.args.some((word) => word.text.text === "--omni");
}

const NO_FILE: MapSettings = { bindings: [], unrecognised: [], open: false };

/** `--config FILE`, read when a ConfigMap in view holds the file. vLLM reads it only when it is written as two words. */
function configFile(
  bindings: readonly Setting[],
  container: Container,
  lookup: ObjectLookup,
  version: VllmVersion,
): MapSettings {
  const given = bindings.findLast((setting) => setting.flag === "--config");
  if (!given || isAttached(given)) return NO_FILE;
  const scalar = given.text === undefined ? undefined : mountedFile(container, given.text, lookup);
  const map = scalar && asMap(embeddedDocument(scalar).root);
  if (!map) return { ...NO_FILE, open: true };
  const name = given.text ?? "";
  return settingsOfMap(map, {
    version,
    flagOf: (key) => `--${key.replaceAll("_", "-")}`,
    originOf: () => ({ kind: "config-file", name }),
  });
}

/** Written as `--config=FILE`. */
function isAttached({ valueAt: { doc, span } }: Setting): boolean {
  return /=["']?$/.test(doc.text.slice(Math.max(0, span.start - 2), span.start));
}
