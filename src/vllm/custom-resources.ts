import { knownText, type GpuHint, type KubeObject } from "../kubernetes";
import { asMap, asSeq, mapAt, scalarAt, type YamlMap } from "../yaml/node";
import { embeddedDocument } from "../yaml/embedded";
import { chartSettings } from "./chart-map";
import { lookupIn, type ServerContext } from "./context";
import { assemble, environmentIn, imageIn, makeContainer } from "./draft";
import type { VllmServer } from "./model";
import { settingsOfMap } from "./settings-file";

/** A custom resource with flags in a `vllmConfig` map, and nothing else known of its kind (LLMKube's InferenceService). */
export function vllmConfigServer(object: KubeObject, context: ServerContext): VllmServer | undefined {
  const spec = mapAt(object.node, "spec");
  const config = mapAt(spec, "vllmConfig");
  if (!spec || !config) return undefined;
  const container = makeContainer(object, spec, spec, undefined);
  return assemble(
    {
      object,
      node: object.node,
      name: object.name ?? object.kind,
      container,
      image: imageIn(spec.get("image")),
      environment: environmentIn(container, context),
      settings: (version) => chartSettings(config, "vllmConfig", version),
      args: asSeq(spec.get("extraArgs")),
      model: scalarAt(spec, "model"),
      gpuCount: scalarAt(spec, "resources", "gpu"),
      place: { kind: "map", node: config },
      entry: "operator",
      form: "helm-values",
    },
    context,
  );
}

/**
 * KAITO: a preset names the model, a ConfigMap's `inference_config.yaml` holds vLLM's flags under `vllm`, the machine stands in
 * `resource.instanceType`. https://kaito-project.github.io/kaito/docs/inference
 */
export function kaitoServer(object: KubeObject, context: ServerContext): VllmServer | undefined {
  if (object.group !== "kaito.sh") return undefined;
  const root = object.kind === "InferenceSet" ? mapAt(object.node, "spec", "template") : object.node;
  const preset = scalarAt(root, "inference", "preset", "name");
  if (!root || !preset) return undefined;
  const config = configOf(root, object, context);
  const container = makeContainer(object, root, root, undefined);
  const server = assemble(
    {
      object,
      node: object.node,
      name: object.name ?? object.kind,
      container,
      image: undefined,
      environment: environmentIn(container, context),
      settings: (version) =>
        config
          ? settingsOfMap(config.map, {
              version,
              flagOf: (key) => `--${key.replaceAll("_", "-")}`,
              originOf: () => ({ kind: "config-file", name: config.name }),
            }).bindings
          : [],
      args: undefined,
      model: preset,
      gpuCount: undefined,
      place: config && { kind: "map", node: config.map },
      entry: "operator",
      form: "pod",
    },
    context,
  );
  return withInstance(server, root);
}

function configOf(
  root: YamlMap,
  object: KubeObject,
  context: ServerContext,
): { map: YamlMap; name: string } | undefined {
  const name = knownText(root, "inference", "config");
  const found = name === undefined ? undefined : lookupIn(context)("ConfigMap", name, object.namespace);
  const text = scalarAt(found?.node, "data", "inference_config.yaml");
  const map = text && mapAt(asMap(embeddedDocument(text).root), "vllm");
  return map && { map, name: "inference_config.yaml" };
}

function withInstance(server: VllmServer, root: YamlMap): VllmServer {
  const node = scalarAt(root, "resource", "instanceType");
  const text = knownText(node);
  if (!node || text === undefined) return server;
  const hint: GpuHint = { text, from: "instance-type", key: "instanceType", node };
  return {
    ...server,
    gpu: { ...server.gpu, product: server.gpu.product ?? hint, hints: [...server.gpu.hints, hint] },
  };
}
