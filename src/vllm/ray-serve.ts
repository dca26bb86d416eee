import { knownText, type KubeObject, type PodTemplate } from "../kubernetes";
import { asMap, mapAt, mapsAt, scalarAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { embeddedDocument } from "../yaml/embedded";
import { chartSettings } from "./chart-map";
import type { ServerContext } from "./context";
import { assemble, environmentIn, makeContainer } from "./draft";
import { parseImage } from "./image";
import type { VllmServer } from "./model";

/**
 * A RayService's applications stand in a string, `serveConfigV2`. Ray Serve LLM lists models with `engine_kwargs`; the
 * older samples run a script of their own around vLLM and configure it through variables or `args`.
 */
export function rayServers(
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): readonly VllmServer[] {
  if (object.kind !== "RayService") return [];
  const text = scalarAt(object.node, "spec", "serveConfigV2");
  const config = text && asMap(embeddedDocument(text).root);
  return mapsAt(config, "applications").flatMap((application) => {
    const models = mapsAt(application, "args", "llm_configs");
    if (models.length > 0) return models.map((model) => modelServer(model, object, pods, context));
    return scriptServer(application, object, pods, context);
  });
}

function modelServer(
  model: YamlMap,
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): VllmServer {
  const loading = mapAt(model, "model_loading_config");
  const kwargs = mapAt(model, "engine_kwargs");
  const source = scalarAt(loading, "model_source") ?? scalarAt(loading, "model_id");
  const name = knownText(loading, "model_id") ?? object.name ?? object.kind;
  // Ray adds the executor and the log of requests: VLLMEngineConfig.get_initialization_kwargs in ray/llm/_internal/serve.
  const isWhole = !model.open && kwargs?.open !== true && !model.get("lora_config");
  return rayServer({ node: model, kwargs, source, name, isWhole }, object, pods, context);
}

/** A script of the user's own: vLLM when its name or its image says so. */
function scriptServer(
  application: YamlMap,
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): readonly VllmServer[] {
  const path = knownText(application, "import_path") ?? "";
  const image = rayImage(pods);
  if (!/vllm/i.test(`${path} ${image?.text ?? ""}`)) return [];
  const variables = mapAt(application, "runtime_env", "env_vars");
  const source = ["MODEL_ID", "MODEL", "MODEL_NAME"]
    .map((key) => scalarAt(variables, key))
    .find((node) => node !== undefined);
  const kwargs = mapAt(application, "args");
  return [
    rayServer(
      { node: application, kwargs, source, name: knownText(application, "name") ?? "vllm", isWhole: false },
      object,
      pods,
      context,
    ),
  ];
}

interface RayModel {
  readonly node: YamlMap;
  readonly kwargs: YamlMap | undefined;
  readonly source: YamlScalar | undefined;
  readonly name: string;
  /** True when vLLM is started with these settings and no others. */
  readonly isWhole: boolean;
}

function rayServer(
  ray: RayModel,
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): VllmServer {
  const worker =
    pods.find((pod) => pod.grouping.kind === "group" && pod.grouping.role === "worker") ?? pods[0];
  const own = worker?.containers[0];
  const container = own ?? makeContainer(object, ray.node, ray.node, undefined);
  const image = rayImage(pods);
  const server = assemble(
    {
      object,
      node: ray.node,
      name: ray.name,
      container,
      image: image && parseImage(image),
      environment: environmentIn(container, context),
      settings: (version) => (ray.kwargs ? chartSettings(ray.kwargs, "engine_kwargs", version) : []),
      args: undefined,
      model: ray.source,
      gpuCount: undefined,
      place: ray.kwargs && { kind: "map", node: ray.kwargs },
      entry: "operator",
      form: "ray-serve",
      multiNode: true,
      isWholeCommand: ray.isWhole,
    },
    context,
  );
  return withAccelerator(server, ray.node);
}

function rayImage(pods: readonly PodTemplate[]): YamlScalar | undefined {
  return pods.flatMap((pod) => pod.containers).find((container) => container.image)?.image;
}

/** `accelerator_type: A10G` names the card in Ray's own words. */
function withAccelerator(server: VllmServer, model: YamlMap): VllmServer {
  const node = scalarAt(model, "accelerator_type");
  const text = knownText(node);
  if (!node || text === undefined || server.gpu.product) return server;
  const hint = { text, from: "resource" as const, key: "accelerator_type", node };
  return { ...server, gpu: { ...server.gpu, product: hint, hints: [hint, ...server.gpu.hints] } };
}
