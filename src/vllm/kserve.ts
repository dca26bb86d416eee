import {
  environmentOf,
  fieldOf,
  gpuRequestOf,
  knownText,
  podTemplatesOf,
  type Container,
  type KubeObject,
  type PodTemplate,
} from "../kubernetes";
import type { Word } from "../shell/word";
import { asSeq, mapAt, scalarAt, type YamlMap } from "../yaml/node";
import { argumentList, textWords } from "./argv";
import { containerServer, startedServer, type Started } from "./container-server";
import { lookupIn, type ServerContext } from "./context";
import { modelFrom } from "./draft";
import { findStart, isTelling, type FoundStart } from "./find-start";
import { parseImage, versionOf } from "./image";
import type { Resolved, VllmServer } from "./model";
import { parallelism } from "./values-container";
import { parseVersion } from "./version";

/** The server of KServe's `predictor.model`: arguments here, image and command in a ServingRuntime. */
export function predictorServer(container: Container, context: ServerContext): VllmServer | undefined {
  const runtime = runtimeContainer(container, context);
  if (runtime) return inRuntime(container, runtime, context);
  const words = argumentList(container, "args", environmentOf(container, lookupIn(context))).words;
  return isVllmModel(container, words) ? started(container, words, container.image, context, "operator") : undefined;
}

/** The container that a runtime in view brings. */
function runtimeContainer(container: Container, context: ServerContext): Container | undefined {
  const name = knownText(container.node, "runtime");
  if (name === undefined) return undefined;
  const lookup = lookupIn(context);
  const object =
    lookup("ServingRuntime", name, container.pod.object.namespace) ?? lookup("ClusterServingRuntime", name, undefined);
  const containers = object && podTemplatesOf(object)[0]?.containers;
  return containers?.find((other) => other.name === "kserve-container") ?? containers?.[0];
}

/** The arguments of the model follow those of the runtime. */
function inRuntime(container: Container, runtime: Container, context: ServerContext): VllmServer | undefined {
  const lookup = lookupIn(context);
  const node = container.image ?? runtime.image;
  const image = node && parseImage(node);
  const version = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  const environment = environmentOf(runtime, lookup);
  const start = findStart(runtime, { environment, image, version: version.version, lookup });
  if (!start) return undefined;
  const own = argumentList(container, "args", environmentOf(container, lookup));
  const joined: FoundStart = { ...start, args: [...start.args, ...own.words], list: own.node ?? start.list, open: start.open };
  const parts = { container, image, version, environment, start: joined, model: storedModel(container.node) };
  const server = startedServer(parts, context);
  const gpu = gpuRequestOf(container, container.node.doc.comments, context.assume.gpu, lookup);
  if (gpu.resource !== undefined) return server;
  // Resources that the model leaves to the runtime.
  return { ...server, gpu: gpuRequestOf(runtime, runtime.node.doc.comments, context.assume.gpu, lookup) };
}

/** Without the runtime in view: what the names say, or options that only vLLM has. */
function isVllmModel(container: Container, words: readonly Word[]): boolean {
  const { node } = container;
  const format = knownText(node, "modelFormat", "name") ?? "";
  if (/vllm/i.test(`${format} ${knownText(node, "runtime") ?? ""}`)) return true;
  if (words.some((word) => isTelling(word.text.text) || /^--backend=vllm$/.test(word.text.text))) return true;
  const env = asSeq(fieldOf(container, "env"))?.items ?? [];
  return /^huggingface$/i.test(format) && env.some((item) => (knownText(item, "name") ?? "").startsWith("VLLM_"));
}

function started(
  container: Container,
  words: readonly Word[],
  node: Container["image"],
  context: ServerContext,
  entry: FoundStart["entry"],
  more: Pick<Started, "settings" | "model"> = {},
): VllmServer {
  const image = node && parseImage(node);
  const environment = environmentOf(container, lookupIn(context));
  const list = asSeq(fieldOf(container, "args"));
  const start: FoundStart = { entry, args: words, shell: undefined, list, ray: false, open: true };
  const version = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  const model = more.model ?? storedModel(container.node) ?? hubModel(words);
  return startedServer({ container, image, version, environment, start, settings: more.settings ?? [], model }, context);
}

/** `storageUri: hf://…` names a hub model that the arguments know only as `/mnt/models`. */
function storedModel(node: YamlMap): Resolved<string> | undefined {
  const uri = scalarAt(node, "storageUri") ?? scalarAt(node, "storage", "storageUri");
  return uri && modelFrom(uri);
}

/** `--model_id=org/name` of KServe's Hugging Face server. */
function hubModel(words: readonly Word[]): Resolved<string> | undefined {
  for (const { text } of words) {
    const value = /^--model[_-]id=(.+)$/.exec(text.text)?.[1];
    if (value === undefined || !text.known) continue;
    return { known: true, value, origin: { kind: "flag" }, at: text.spotAt(text.text.length - value.length) };
  }
  return undefined;
}

/**
 * LLMInferenceService runs vLLM whatever it says: its container `main` gets image and command from KServe's configuration, the
 * model from `spec.model.uri`.
 */
export function llmServers(object: KubeObject, pods: readonly PodTemplate[], context: ServerContext): readonly VllmServer[] {
  const spec = mapAt(object.node, "spec");
  const uri = scalarAt(spec, "model", "uri");
  const model = uri && modelFrom(uri);
  return pods.flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const server = containerServer(container, context);
      if (server && fieldOf(container, "command")) return [model ? withModel(server, model) : server];
      if (!server && container.name !== "main") return [];
      const settings = spec ? parallelism(spec) : [];
      return [started(container, mainWords(container, context), container.image, context, "operator", { settings, model })];
    }),
  );
}

/** A path in the command stands for what the service names. */
function withModel(server: VllmServer, model: Resolved<string>): VllmServer {
  const given = server.engine.model;
  return given.known && !given.value.startsWith("/") ? server : { ...server, engine: server.engine.withModel(model) };
}

/** `VLLM_ADDITIONAL_ARGS` is how a model adds to the command of the configuration. */
function mainWords(container: Container, context: ServerContext): readonly Word[] {
  const environment = environmentOf(container, lookupIn(context));
  const words = argumentList(container, "args", environment).words;
  const extra = environment.variables.get("VLLM_ADDITIONAL_ARGS")?.valueNode;
  return extra ? [...words, ...textWords(extra, environment)] : words;
}
