import type { Ingredient } from "../../sizing/quantity";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import type { InputRow } from "./breakdown";

/** The flag behind each input of a plan, by the name that the plan gives it. */
const FLAGS: Readonly<Record<string, string>> = {
  "tensor parallel size": "--tensor-parallel-size",
  "pipeline parallel size": "--pipeline-parallel-size",
  "data parallel size": "--data-parallel-size",
  "model length": "--max-model-len",
  sequences: "--max-num-seqs",
  "batched tokens": "--max-num-batched-tokens",
  "GPU memory utilization": "--gpu-memory-utilization",
  "KV cache memory": "--kv-cache-memory-bytes",
  "KV cache dtype": "--kv-cache-dtype",
  dtype: "--dtype",
  quantization: "--quantization",
  "enforce eager": "--enforce-eager",
};

/** The inputs of all numbers, each once, with its place in the manifest where it was written there. */
export function inputsOf(
  server: VllmServer,
  inputs: readonly Ingredient[],
  locate: (spot: Spot) => InputRow["place"],
): readonly InputRow[] {
  const unique = new Map<string, Ingredient>();
  for (const input of inputs) {
    const key = JSON.stringify([input.name, input.value]);
    if (!unique.has(key)) unique.set(key, input);
  }
  return [...unique.values()].map(({ name, value, origin }) => {
    const spot = spotOf(server, name);
    return { name, value, origin: originOf(name, origin), place: spot && locate(spot) };
  });
}

function originOf(name: string, origin: string): string {
  const flag = FLAGS[name];
  return origin === "flag" && flag !== undefined ? `\`${flag}\`` : origin;
}

function spotOf(server: VllmServer, name: string): Spot | undefined {
  const { engine, gpu, image } = server;
  if (name === "model" || name === "model dimensions") return engine.model.at;
  if (name === "GPU") return gpu.product?.node && { doc: gpu.product.node.doc, span: gpu.product.node.span };
  if (name === "vLLM version") return image && { doc: image.node.doc, span: image.node.span };
  const flag = FLAGS[name];
  return flag === undefined ? undefined : engine.settings.get(flag)?.valueAt;
}
