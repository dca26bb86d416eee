import type { CacheLayers, ModelShape } from "./model-shape";
import { ceilDiv } from "./quantity";
import { dtypeBytes } from "./quantization";
import type { WeightRequest } from "./weights";

const MIB = 2 ** 20;

/**
 * Bytes that torch's allocator counts beyond a tensor of 10 MiB or more: it takes steps of 2 MiB from the driver and gives back
 * what is left over only when that is more than 1 MiB. Half of what "Model loading took" says beyond the parameters of many models:
 * 2 MiB in each layer of Qwen2.5 7B (14.19 GiB of parameters, 14.25 logged), 1.5 MiB in each of Qwen3 4B (7.50 and 7.56).
 * Source: should_split and get_allocation_size in c10/cuda/CUDACachingAllocator.cpp of torch.
 */
export function allocatedBeyond(bytes: number): number {
  if (bytes < 10 * MIB) return 0;
  const rest = ceilDiv(bytes, 2 * MIB) * 2 * MIB - bytes;
  return rest <= MIB ? rest : 0;
}

/** The same for all large matrices of one rank, as vLLM fuses them: query with key and value, gate with up, experts of a layer. */
export function allocatorExtra(request: WeightRequest): number {
  const { shape, layout, quantization } = request;
  const element = dtypeBytes(request.dtype) ?? 2;
  const linear = quantization && quantization.on === "linears" ? Math.floor(quantization.bits) / 8 : element;
  const mlp = quantization && quantization.on !== "experts" ? Math.floor(quantization.bits) / 8 : element;
  const expert = quantization ? Math.floor(quantization.expertBits ?? quantization.bits) / 8 : element;
  let extra = 0;
  for (const layers of shape.cache) extra += attention(layers, shape, layout.tensor, linear);
  extra += dense(shape) * mlpExtra(shape.hidden, denseWidth(shape) / layout.tensor, shape.mlpMatrices, mlp);
  extra += experts(request, expert);
  const table = (ceilDiv(shape.vocab, 64) * 64 * shape.hidden * element) / layout.tensor;
  return extra / layout.pipeline + allocatedBeyond(table) * (shape.tied ? 1 : 2);
}

function attention(layers: CacheLayers, shape: ModelShape, tensor: number, bytes: number): number {
  if (layers.kind !== "full" && layers.kind !== "sliding" && layers.kind !== "chunked") return 0;
  const heads = shape.heads / tensor;
  const own = Math.max(1, layers.kvHeads / tensor);
  const fused = shape.hidden * (heads * layers.keyDim + own * (layers.keyDim + layers.valueDim)) * bytes;
  const output = heads * layers.valueDim * shape.hidden * bytes;
  return layers.layers * (allocatedBeyond(fused) + allocatedBeyond(output));
}

function mlpExtra(hidden: number, width: number, matrices: number, bytes: number): number {
  const one = hidden * width * bytes;
  return allocatedBeyond((matrices - 1) * one) + allocatedBeyond(one);
}

/** Layers with an MLP of their own. */
function dense(shape: ModelShape): number {
  if (shape.state !== undefined && /^NemotronH/.test(shape.architecture)) return 0;
  return shape.moe === undefined ? shape.layers : Math.max(0, shape.layers - shape.moe.layers);
}

function denseWidth(shape: ModelShape): number {
  return shape.moe === undefined ? shape.ffn : shape.moe.denseFfn;
}

function experts({ shape, layout, quantization }: WeightRequest, bytes: number): number {
  const moe = shape.moe;
  if (moe === undefined || quantization?.method === "mxfp4") return 0;
  const ranks = layout.tensor * layout.data;
  const count = layout.expertParallel ? ceilDiv(moe.experts, ranks) : moe.experts;
  const width = layout.expertParallel ? moe.ffn : moe.ffn / ranks;
  return moe.layers * mlpExtra(shape.hidden, count * width, shape.mlpMatrices, bytes);
}
