import type { Container, Environment, GpuRequest, KubeObject } from "../kubernetes";
import type { Exported } from "../shell/word";
import { spotOf } from "../yaml/node";
import type { YamlMap, YamlScalar } from "../yaml/node";
import type { ArgumentsPlace, EnvironmentVariable, Hardware, ServerImage, VllmServer } from "./model";
import type { FoundStart } from "./find-start";
import type { Engine } from "./engine";
import { hardwareOf } from "./image";

/** The environment of a server: what Kubernetes gives, then what the start script exports. */
export function environmentMap(
  environment: Environment,
  exports: ReadonlyMap<string, Exported>,
  script: YamlScalar | undefined,
): ReadonlyMap<string, EnvironmentVariable> {
  const map = new Map<string, EnvironmentVariable>();
  for (const { name, value, node, valueNode } of environment.variables.values()) {
    map.set(name, { name, value, node, at: spotOf(valueNode ?? node) });
  }
  for (const [name, { value, text }] of exports) {
    if (script) map.set(name, { name, value, node: script, at: text.spotAt() });
  }
  return map;
}

const BY_RESOURCE: readonly (readonly [RegExp, Hardware])[] = [
  [/^nvidia\.com\//, "cuda"],
  [/^amd\.com\//, "rocm"],
  [/^google\.com\/tpu/, "tpu"],
  [/gaudi/, "gaudi"],
  [/neuron/, "neuron"],
  [/^gpu\.intel\.com\//, "xpu"],
];

/** The kind of device: by the resource asked for, `--device`, the image. */
export function hardwareFor(image: ServerImage | undefined, gpu: GpuRequest, engine: Engine): Hardware {
  const { resource } = gpu;
  const byResource =
    resource === undefined ? undefined : BY_RESOURCE.find(([pattern]) => pattern.test(resource));
  if (byResource) return byResource[1];
  const device = engine.settings.get("--device")?.text;
  if (device === "cpu" || device === "tpu" || device === "xpu" || device === "neuron" || device === "cuda")
    return device;
  return device === "hpu" ? "gaudi" : hardwareOf(image);
}

/** Flags that make a server one of several. */
const MULTI_NODE = [
  "--headless",
  "--node-rank",
  "--data-parallel-size-local",
  "--data-parallel-start-rank",
  "--data-parallel-address",
];

export function spansPods(
  container: Container | undefined,
  start: Pick<FoundStart, "ray">,
  engine: Engine,
): boolean {
  if (container?.pod.grouping.kind === "group" || start.ray) return true;
  if (MULTI_NODE.some((flag) => engine.settings.has(flag))) return true;
  const nodes = engine.settings.get("--nnodes");
  if (nodes && nodes.text !== "1") return true;
  return (
    engine.settings.get("--distributed-executor-backend")?.text === "ray" ||
    engine.settings.has("--worker-use-ray")
  );
}

export function argumentsPlace(start: FoundStart): ArgumentsPlace | undefined {
  const script = start.shell && scriptNode(start);
  if (start.shell) {
    // All of the script came out of a variable: what is written behind its name would not be behind the command.
    const isElsewhere = script === undefined || /^\s*\$\(\w+\)\s*$/.test(script.text);
    return isElsewhere ? undefined : { kind: "shell", node: script, commandEnd: start.shell.end };
  }
  if (!start.list) return undefined;
  const equals = start.args.some((word) => /^--[^=]+=/.test(word.text.text));
  return { kind: "list", node: start.list, itemStyle: equals ? "equals" : "two-items" };
}

/** The scalar that the start command is written in. */
export function scriptNode(start: FoundStart): YamlScalar | undefined {
  const place = start.shell?.words[0]?.text.sourceAt(0);
  return place !== undefined && isScalar(place) ? place : undefined;
}

function isScalar(source: object): source is YamlScalar {
  return "kind" in source && source.kind === "scalar";
}

export function nameOf(container: Container | undefined, object: KubeObject): string {
  return container?.name ?? object.name ?? object.kind;
}

/** The first thing written in a map, where a lens above it stands. */
export function anchorOf(node: YamlMap): VllmServer["anchor"] {
  const first = node.entries[0];
  return first ? spotOf(first.key) : spotOf(node);
}
