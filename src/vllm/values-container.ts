import { gpuRequestOf, knownText, type KubeObject } from "../kubernetes";
import { asSeq, mapAt, numberAt, scalarAt, spotOf, type YamlMap, type YamlScalar } from "../yaml/node";
import { bindArguments } from "./arguments";
import { argumentsPlace, anchorOf, environmentMap, hardwareFor, scriptNode, spansPods } from "./build";
import { lookupIn, type ServerContext } from "./context";
import { assemble, environmentIn, imageIn, makeContainer, modelFrom } from "./draft";
import { Engine } from "./engine";
import { findStart } from "./find-start";
import { roleOf, versionOf } from "./image";
import type { Setting, VllmServer } from "./model";
import { parseVersion } from "./version";

/** What stands around a container in values. */
export interface ValuesPlace {
  readonly object: KubeObject;
  /** Its own key, when the chart keeps containers in a map. */
  readonly key: string | undefined;
  /** The map above, which has node selectors and, for llm-d, `parallelism`. */
  readonly pod: YamlMap;
  /** The values' root, which for llm-d has `modelArtifacts`. */
  readonly root: YamlMap;
}

export function looksLikeContainer(map: YamlMap): boolean {
  return (
    map.get("image") !== undefined &&
    ["command", "args", "modelCommand"].some((key) => map.get(key) !== undefined)
  );
}

/** A container that a chart takes over from values: llm-d's modelservice, the common library of the home-operations charts. */
export function valuesContainer(
  node: YamlMap,
  place: ValuesPlace,
  context: ServerContext,
): VllmServer | undefined {
  const { object } = place;
  const name = knownText(node, "name") ?? place.key;
  // The common library's options for every pod, of which a controller's own are left out.
  const container = makeContainer(object, node, place.pod, name, mapAt(place.root, "defaultPodOptions"));
  const image = imageIn(node.get("image"));
  const command = knownText(node, "modelCommand");
  if (command === "vllmServe" || (command === "imageDefault" && roleOf(image) === "server")) {
    return modelService(node, place, context);
  }
  const claim = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  const environment = environmentIn(container, context);
  const lookup = lookupIn(context);
  const start = findStart(container, { environment, image, version: claim.version, lookup });
  if (!start) return undefined;
  const bound = bindArguments(start.args, {
    version: claim.version,
    positionalModel: start.entry === "serve",
    strict: start.entry !== "wrapper" && start.entry !== "operator",
    form: start.shell ? "shell" : "list",
  });
  const engine = new Engine({
    bindings: [...parallelism(place.pod), ...bound.bindings],
    unrecognised: bound.unrecognised,
    environment: environmentMap(environment, start.shell?.exports ?? new Map(), scriptNode(start)),
    open:
      bound.open ||
      start.open ||
      mapAt(place.pod, "parallelism") !== undefined ||
      bound.bindings.some((b) => b.flag === "--config"),
    version: claim.version,
    model: bound.bindings.some((b) => b.flag === "--model" && b.text !== undefined)
      ? undefined
      : artifact(place.root),
  });
  const gpu = gpuRequestOf(container, node.doc.comments, context.assume.gpu, lookup);
  return {
    object,
    pod: undefined,
    container: undefined,
    name: name ?? "container",
    anchor: anchorOf(node),
    image,
    version: claim,
    engine,
    gpu,
    hardware: hardwareFor(image, gpu, engine),
    entry: start.entry,
    argumentsNode: argumentsPlace(start),
    multiNode: isMultiNode(place) || spansPods(undefined, start, engine),
    form: "helm-values",
  };
}

/** llm-d's chart writes `vllm serve MODEL` with port and parallelism, and the args behind. */
function modelService(node: YamlMap, place: ValuesPlace, context: ServerContext): VllmServer {
  const container = makeContainer(place.object, node, place.pod, knownText(node, "name"));
  const args = asSeq(node.get("args"));
  const server = assemble(
    {
      object: place.object,
      node,
      name: container.name ?? place.key ?? "vllm",
      container,
      image: imageIn(node.get("image")),
      environment: environmentIn(container, context),
      settings: () => parallelism(place.pod),
      args,
      model: artifactNode(place.root),
      gpuCount: undefined,
      place: args && { kind: "list", node: args, itemStyle: "two-items" },
      entry: "operator",
      form: "helm-values",
      multiNode: isMultiNode(place),
    },
    context,
  );
  return withDefaultCount(server, place.pod);
}

/** The chart asks for as many cards as ranks of tensor parallelism when the container names none. */
function withDefaultCount(server: VllmServer, pod: YamlMap): VllmServer {
  const tensor = numberAt(pod, "parallelism", "tensor");
  if (server.gpu.node || server.gpu.count !== undefined || tensor === undefined) return server;
  return { ...server, gpu: { ...server.gpu, count: tensor } };
}

function isMultiNode({ pod, root }: ValuesPlace): boolean {
  return knownText(root, "multinode") === "true" || (numberAt(pod, "parallelism", "workers") ?? 1) > 1;
}

function artifact(root: YamlMap): Engine["model"] | undefined {
  const node = artifactNode(root);
  return node && modelFrom(node);
}

/** The chart's own example writes the uri as a template of the name. */
function artifactNode(root: YamlMap): YamlScalar | undefined {
  const uri = scalarAt(root, "modelArtifacts", "uri");
  return uri?.templated ? scalarAt(root, "modelArtifacts", "name") : uri;
}

const PARALLELISM = [
  ["tensor", "--tensor-parallel-size"],
  ["data", "--data-parallel-size"],
  ["dataLocal", "--data-parallel-size-local"],
  ["pipeline", "--pipeline-parallel-size"],
] as const;

/** `parallelism: {tensor: 2}` of llm-d's charts and KServe. */
export function parallelism(around: YamlMap): readonly Setting[] {
  const map = mapAt(around, "parallelism");
  return PARALLELISM.flatMap(([key, flag]): readonly Setting[] => {
    const entry = map?.entry(key);
    const value = entry && scalarAt(map, key);
    if (!entry || !value) return [];
    const origin = { kind: "values", path: `parallelism.${key}` } as const;
    const [flagAt, valueAt] = [spotOf(entry.key), spotOf(value)];
    return [
      {
        flag,
        spelling: key,
        path: [],
        negated: false,
        text: knownText(value),
        origin,
        flagAt,
        valueAt,
        form: "map",
      },
    ];
  });
}
