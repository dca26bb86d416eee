import { knownText, type KubeObject } from "../kubernetes";
import { asSeq, mapAt, scalarAt, type YamlMap } from "../yaml/node";
import type { ServerContext } from "./context";
import { assemble, environmentIn, makeContainer } from "./draft";
import { parseImage } from "./image";
import type { VllmServer } from "./model";

/** KubeAI's Model: `engine: VLLM`, the model by URL, cards as a multiple of a resource profile. */
export function kubeaiServer(object: KubeObject, context: ServerContext): VllmServer | undefined {
  if (object.kind !== "Model" || object.group !== "kubeai.org") return undefined;
  const spec = mapAt(object.node, "spec");
  return spec && isKubeaiModel(spec)
    ? kubeaiModel(spec, object.name ?? "Model", object.node, object, context)
    : undefined;
}

/** The same map stands in the values of KubeAI's chart, under the model's name. */
export function isKubeaiModel(map: YamlMap): boolean {
  return knownText(map, "engine") === "VLLM" && map.get("url") !== undefined;
}

export function kubeaiModel(
  spec: YamlMap,
  name: string,
  node: YamlMap,
  object: KubeObject,
  context: ServerContext,
): VllmServer {
  const container = makeContainer(object, spec, spec, name);
  const args = asSeq(spec.get("args"));
  const image = scalarAt(spec, "image");
  const server = assemble(
    {
      object,
      node,
      name,
      container,
      image: image && parseImage(image),
      environment: environmentIn(container, context),
      settings: () => [],
      args,
      model: scalarAt(spec, "url"),
      gpuCount: undefined,
      place: args && { kind: "list", node: args, itemStyle: "equals" },
      entry: "operator",
      form: object.kind === "Model" ? "pod" : "helm-values",
    },
    context,
  );
  return withProfile(server, spec);
}

/** `nvidia-gpu-h100:8`: a profile of the chart, which by convention is one card, and how many of it. */
function withProfile(server: VllmServer, spec: YamlMap): VllmServer {
  const node = scalarAt(spec, "resourceProfile");
  const match = /^([\w.-]+):(\d+)$/.exec(knownText(node) ?? "");
  if (!node || !match) return server;
  const [, profile = "", count] = match;
  const cpu = profile.startsWith("cpu");
  const hint = { text: profile, from: "resource" as const, key: "resourceProfile", node };
  const gpu = cpu
    ? server.gpu
    : {
        ...server.gpu,
        count: Number(count),
        node: undefined,
        product: server.gpu.product ?? hint,
        hints: [...server.gpu.hints, hint],
      };
  return { ...server, gpu, hardware: hardwareOf(profile, server.hardware) };
}

function hardwareOf(profile: string, known: VllmServer["hardware"]): VllmServer["hardware"] {
  if (profile.startsWith("cpu")) return "cpu";
  if (/^amd/.test(profile)) return "rocm";
  if (/tpu/.test(profile)) return "tpu";
  return /nvidia/.test(profile) ? "cuda" : known;
}
