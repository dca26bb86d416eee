import type { ModelShape } from "./model-shape";

/**
 * Bytes of the LoRA buffers of one GPU, allocated for all slots at load time whether or not adapters are there:
 * `slots x rank x (in + out) x 2` for every target matrix, with the split side divided by tp.
 * Source: vllm/lora/layers/base_linear.py of vLLM.
 */
export function loraBytes(shape: ModelShape, slots: number, rank: number, tensor: number): number {
  let widths = 0;
  for (const layers of shape.cache) {
    if (layers.kind === "state" || layers.kind === "compressed") continue;
    const [key, value, kvHeads] =
      layers.kind === "latent"
        ? [shape.headDim, shape.valueDim, shape.heads]
        : [layers.keyDim, layers.valueDim, layers.kvHeads];
    const query = shape.hidden + (shape.heads * key) / tensor;
    const keys = 2 * shape.hidden + (kvHeads * (key + value)) / tensor;
    const output = (shape.heads * value) / tensor + shape.hidden;
    widths += layers.layers * (query + keys + output);
  }
  const width = shape.moe ? shape.moe.sharedFfn : shape.ffn;
  if (width > 0)
    widths +=
      shape.layers *
      ((shape.mlpMatrices - 1) * (shape.hidden + width / tensor) + width / tensor + shape.hidden);
  return slots * rank * widths * 2;
}
