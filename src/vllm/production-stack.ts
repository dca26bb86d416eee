import { knownText, type KubeObject } from "../kubernetes";
import { asSeq, mapAt, mapsAt, scalarAt, type YamlMap } from "../yaml/node";
import { chartSettings } from "./chart-map";
import type { ServerContext } from "./context";
import { assemble, environmentIn, makeContainer } from "./draft";
import { imageOf, parseImage } from "./image";
import type { ServerImage, VllmServer } from "./model";

/**
 * vLLM production-stack's values: each entry of `servingEngineSpec.modelSpec` is a server, `vllmConfig` its flags in camel case.
 * https://github.com/vllm-project/production-stack, helm/values.yaml
 */
export function modelSpecServers(
  spec: YamlMap,
  object: KubeObject,
  context: ServerContext,
): readonly VllmServer[] {
  return mapsAt(spec, "modelSpec").map((item, i) => {
    const config = mapAt(item, "vllmConfig");
    const repository = scalarAt(item, "repository");
    const container = makeContainer(object, item, item, knownText(item, "name"));
    const server = assemble(
      {
        object,
        node: item,
        name: container.name ?? `modelSpec[${i}]`,
        container,
        image: repository && imageOf(repository, scalarAt(item, "tag")),
        environment: environmentIn(container, context),
        settings: (version) => (config ? chartSettings(config, `modelSpec[${i}].vllmConfig`, version) : []),
        args: asSeq(config?.get("extraArgs")),
        model: scalarAt(item, "modelURL"),
        gpuCount: scalarAt(item, "requestGPU"),
        place: config && { kind: "map", node: config },
        entry: "operator",
        form: "helm-values",
        multiNode: mapAt(item, "raySpec") !== undefined,
        // What the template adds by itself are host and port, tools, LoRA and LMCache's connector.
        isWholeCommand:
          !item.open &&
          config?.open !== true &&
          !item.get("raySpec") &&
          !item.get("enableLoRA") &&
          !item.get("lmcacheConfig"),
      },
      context,
    );
    // The chart's command is `vllm serve <modelURL>`, and no option that renames the model.
    return { ...server, servedName: knownText(item, "modelURL") };
  });
}

/** production-stack's operator: a VLLMRuntime keeps flags under `model` and `vllmConfig`, the image in two parts. */
export function runtimeServer(object: KubeObject, context: ServerContext): VllmServer | undefined {
  const spec = mapAt(object.node, "spec");
  if (object.kind !== "VLLMRuntime" || !spec) return undefined;
  const deployment = mapAt(spec, "deploymentConfig") ?? spec;
  const [model, config] = [mapAt(spec, "model"), mapAt(spec, "vllmConfig")];
  const container = makeContainer(object, deployment, deployment, undefined);
  return assemble(
    {
      object,
      node: object.node,
      name: object.name ?? object.kind,
      container,
      image: runtimeImage(deployment),
      environment: environmentIn(container, context),
      settings: (version) => [
        ...(model ? chartSettings(model, "model", version) : []),
        ...(config ? chartSettings(config, "vllmConfig", version) : []),
      ],
      args: asSeq(config?.get("extraArgs")),
      model: scalarAt(model, "modelURL"),
      gpuCount: scalarAt(deployment, "resources", "gpu"),
      place: config && { kind: "map", node: config },
      entry: "operator",
      form: "helm-values",
    },
    context,
  );
}

function runtimeImage(deployment: YamlMap): ServerImage | undefined {
  const name = scalarAt(deployment, "image", "name");
  return name && parseImage(name);
}
