import {
  environmentOf,
  gpuRequestOf,
  knownText,
  stringsAt,
  type Container,
  type Environment,
  type KubeObject,
  type PodTemplate,
} from "../kubernetes";
import type { Word } from "../shell/word";
import {
  asScalar,
  mapAt,
  scalarAt,
  spotOf,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
  type YamlSeq,
} from "../yaml/node";
import { bindArguments } from "./arguments";
import { listWords } from "./argv";
import { anchorOf, environmentMap, hardwareFor, spansPods } from "./build";
import { lookupIn, type ServerContext } from "./context";
import { Engine } from "./engine";
import { imageOf, parseImage, versionOf } from "./image";
import type { ArgumentsPlace, Resolved, ServerEntry, ServerImage, Setting, VllmServer } from "./model";
import { parseVersion, type VllmVersion } from "./version";

/** A server that a chart or an operator will write a pod for, as far as the values or the custom resource say. */
export interface ServerDraft {
  readonly object: KubeObject;
  /** The map that describes the server: its first line carries the lens. */
  readonly node: YamlMap;
  readonly name: string;
  /** A container as the API would have it, put together for the readers of resources and variables. */
  readonly container: Container;
  readonly image: ServerImage | undefined;
  readonly environment: Environment;
  /** Settings from maps, which the chart turns into flags before the arguments. */
  readonly settings: (version: VllmVersion) => readonly Setting[];
  readonly args: YamlSeq | undefined;
  readonly model: YamlScalar | undefined;
  /** How many cards, when the shape has a field of its own for it. */
  readonly gpuCount: YamlScalar | undefined;
  readonly place: ArgumentsPlace | undefined;
  readonly entry: ServerEntry;
  readonly form: VllmServer["form"];
  readonly multiNode?: boolean;
  /** True when nothing is added to the command that could change the engine; else it is taken to have more than is written here. */
  readonly isWholeCommand?: boolean;
}

export function assemble(draft: ServerDraft, context: ServerContext): VllmServer {
  const { container, image, environment, object, node } = draft;
  const claim = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  const words: readonly Word[] = draft.args ? listWords(draft.args, environment) : [];
  const bound = bindArguments(words, {
    version: claim.version,
    positionalModel: false,
    strict: false,
    form: "list",
  });
  const engine = new Engine({
    bindings: [...draft.settings(claim.version), ...bound.bindings],
    unrecognised: [],
    environment: environmentMap(environment, new Map(), undefined),
    open: draft.isWholeCommand !== true,
    version: claim.version,
    model: draft.model && modelFrom(draft.model),
  });
  const asked = gpuRequestOf(container, node.doc.comments, context.assume.gpu, lookupIn(context));
  const gpu = draft.gpuCount ? { ...asked, ...countFrom(draft.gpuCount, asked.resource) } : asked;
  return {
    object,
    pod: undefined,
    container: undefined,
    name: draft.name,
    anchor: anchorOf(node),
    image,
    version: claim,
    engine,
    gpu,
    hardware: hardwareFor(image, gpu, engine),
    entry: draft.entry,
    argumentsNode: draft.place,
    multiNode: draft.multiNode === true || spansPods(undefined, { ray: false }, engine),
    form: draft.form,
  };
}

function countFrom(
  node: YamlScalar,
  resource: string | undefined,
): Pick<VllmServer["gpu"], "count" | "node" | "resource"> {
  const text = knownText(node);
  const count = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  return { count, node, resource: resource ?? "nvidia.com/gpu" };
}

/** A model named by URL: `hf://org/name` is a hub id, other schemes stay as they are. */
export function modelFrom(node: YamlScalar): Resolved<string> {
  const text = knownText(node);
  const at = spotOf(node);
  if (text === undefined || text === "") return { known: false, at };
  const value = text.replace(/^hf:\/\//, "").replace(/[?#].*$/, "");
  return { known: true, value, origin: { kind: "values", path: "model" }, at };
}

/** Values keep an image as one string, or as a map with repository, tag and perhaps registry. */
export function imageIn(node: YamlNode | undefined): ServerImage | undefined {
  const scalar = asScalar(node);
  if (scalar) return parseImage(scalar);
  const repository = scalarAt(node, "repository") ?? scalarAt(node, "name");
  return repository && imageOf(repository, scalarAt(node, "tag"));
}

/** A container that nobody wrote as one; `pod` is the map with node selectors and volumes. */
export function makeContainer(
  object: KubeObject,
  node: YamlMap,
  spec: YamlMap,
  name: string | undefined,
  base?: YamlMap,
): Container {
  const containers: Container[] = [];
  const pod: PodTemplate = {
    object,
    spec,
    base,
    labels: stringsAt(spec, "podLabels"),
    annotations: new Map(),
    containers,
    initContainers: [],
    replicas: undefined,
    grouping: { kind: "single" },
    managed: true,
    partial: true,
    batch: false,
  };
  const container: Container = {
    pod,
    node,
    base: undefined,
    name,
    role: "main",
    image: scalarAt(node, "image"),
    isKServeModel: false,
  };
  containers.push(container);
  return container;
}

/** Variables as a list of the API's form, or as a map of names. */
export function environmentIn(container: Container, context: ServerContext): Environment {
  const map = mapAt(container.node, "env");
  if (!map) return environmentOf(container, lookupIn(context));
  const variables: [string, Environment["variables"] extends ReadonlyMap<string, infer V> ? V : never][] = [];
  for (const { key, value } of map.entries) {
    const valueNode = asScalar(value);
    const node = valueNode ?? map;
    variables.push([
      key.text,
      { name: key.text, value: knownText(valueNode), source: { kind: "value" }, node, valueNode },
    ]);
  }
  return { variables: new Map(variables), open: true };
}
