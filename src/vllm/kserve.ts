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
import { containerServer, startedServer } from "./container-server";
import { lookupIn, type ServerContext } from "./context";
import { assemble, environmentIn, makeContainer, modelFrom } from "./draft";
import { findStart, isTelling, type FoundStart } from "./find-start";
import { parseImage, versionOf } from "./image";
import type { Resolved, Setting, VllmServer } from "./model";
import { parallelism } from "./values-container";
import { parseVersion } from "./version";

/** The server of KServe's `predictor.model`: arguments here, image and command in a ServingRuntime. */
export function predictorServer(container: Container, context: ServerContext): VllmServer | undefined {
  const runtime = runtimeContainer(container, context);
  if (runtime) return inRuntime(container, runtime, context);
  const words = argumentList(container, "args", environmentOf(container, lookupIn(context))).words;
  if (!isVllmModel(container, words)) return undefined;
  return withModel(operated(container, words, context), storedModel(container.node) ?? hubModel(words));
}

/** The container that a runtime in view brings. */
function runtimeContainer(container: Container, context: ServerContext): Container | undefined {
  const name = knownText(container.node, "runtime");
  if (name === undefined) return undefined;
  const lookup = lookupIn(context);
  const object =
    lookup("ServingRuntime", name, container.pod.object.namespace) ??
    lookup("ClusterServingRuntime", name, undefined);
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
  const joined: FoundStart = {
    ...start,
    args: [...start.args, ...own.words],
    list: own.node ?? start.list,
    open: start.open,
  };
  const parts = { container, image, version, environment, start: joined };
  const server = withModel(startedServer(parts, context), storedModel(container.node));
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
  return (
    /^huggingface$/i.test(format) && env.some((item) => (knownText(item, "name") ?? "").startsWith("VLLM_"))
  );
}

/** A server of which the operator writes all but some arguments. */
function operated(
  container: Container,
  words: readonly Word[],
  context: ServerContext,
  settings: readonly Setting[] = [],
): VllmServer {
  const image = container.image && parseImage(container.image);
  const environment = environmentOf(container, lookupIn(context));
  const list = asSeq(fieldOf(container, "args"));
  const start: FoundStart = {
    entry: "operator",
    args: words,
    shell: undefined,
    list,
    ray: false,
    open: true,
  };
  const version = versionOf(image, parseVersion(context.assume.vllmVersion ?? ""));
  return startedServer({ container, image, version, environment, start, settings }, context);
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
export function llmServers(
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): readonly VllmServer[] {
  const spec = mapAt(object.node, "spec");
  if (!spec) return [];
  const uri = scalarAt(spec, "model", "uri");
  const model = uri && modelFrom(uri);
  const servers = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => llmServer(container, spec, context) ?? []),
  );
  const made =
    servers.length === 0 && uri
      ? [bareServer(object, spec, context)]
      : servers.map((server) => withModel(server, model));
  // `--served-model-name "{{ .Spec.Model.Name }}"` comes first in the command of KServe's configuration.
  const servedName = knownText(spec, "model", "name");
  return made.map((server) => ({ ...server, servedName }));
}

function llmServer(container: Container, spec: YamlMap, context: ServerContext): VllmServer | undefined {
  const server = containerServer(container, context);
  if (server && fieldOf(container, "command")) return server;
  if (!server && container.name !== "main") return undefined;
  const prefill = mapAt(spec, "prefill");
  const around = prefill && mapAt(prefill, "template") === container.pod.spec ? prefill : spec;
  return operated(container, mainWords(container, context), context, parallelism(around));
}

/** All of the pod comes from KServe's configuration. */
function bareServer(object: KubeObject, spec: YamlMap, context: ServerContext): VllmServer {
  const container = makeContainer(object, spec, spec, undefined);
  return assemble(
    {
      object,
      node: object.node,
      name: object.name ?? object.kind,
      container,
      image: undefined,
      environment: environmentIn(container, context),
      settings: () => parallelism(spec),
      args: undefined,
      model: scalarAt(spec, "model", "uri"),
      gpuCount: undefined,
      place: undefined,
      entry: "operator",
      form: "kserve",
    },
    context,
  );
}

/** A path in the command stands for what the object names. */
function withModel(server: VllmServer, model: Resolved<string> | undefined): VllmServer {
  const given = server.engine.model;
  if (!model || (given.known && !given.value.startsWith("/"))) return server;
  return { ...server, engine: server.engine.withModel(model) };
}

/** `VLLM_ADDITIONAL_ARGS` is how a model adds to the command of the configuration. */
function mainWords(container: Container, context: ServerContext): readonly Word[] {
  const environment = environmentOf(container, lookupIn(context));
  const words = argumentList(container, "args", environment).words;
  const extra = environment.variables.get("VLLM_ADDITIONAL_ARGS")?.valueNode;
  return extra ? [...words, ...textWords(extra, environment)] : words;
}
