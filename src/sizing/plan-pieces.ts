import { isAtLeast } from "../vllm/version";
import { activationPeak } from "./activation";
import { GIB, banded, between, given, ingredient, type Ingredient, type Quantity } from "./quantity";
import { loraBytes } from "./lora";
import { cudaGraphs, nonTorch } from "./overheads";
import type { PlanInput } from "./plan-types";
import { dtypeBytes } from "./quantization";
import type { Runner } from "./runner";
import type { Settings } from "./settings";
import { type Layout, weightBytes, type WeightBytes, type WeightRequest } from "./weights";

export interface Pieces {
  readonly input: PlanInput;
  readonly settings: Settings;
  readonly runner: Runner | undefined;
}

export function platformOf(input: PlanInput): "cuda" | "rocm" | "other" {
  const vendor = input.gpu?.vendor;
  return vendor === undefined || vendor === "NVIDIA" ? "cuda" : vendor === "AMD" ? "rocm" : "other";
}

/** Half-widths of the weights as shares: from the rows of the bench, by how the bytes are known. */
const WEIGHT_BAND = { read: 0.012, computed: 0.03, recalled: 0.06, given: 0.02 } as const;

type Weights = Quantity & { readonly checkpoint: Quantity };

export function weightQuantity(pieces: Pieces): Weights | undefined {
  const { input, settings } = pieces;
  const { tensor, quantization } = settings;
  const request = weightRequest(pieces);
  const model = input.model;
  if (
    !model ||
    !request ||
    !tensor ||
    !quantization ||
    input.unknown?.includes("lora") ||
    input.unknown?.includes("cpuOffloadGb")
  )
    return undefined;
  const bytes = weightBytes(request);
  const draft = draftBytes(input, settings);
  if (bytes === undefined || !Number.isFinite(bytes.perGpu) || draft === undefined) return undefined;
  const lora = input.lora ? loraBytes(model.shape, input.lora.slots, input.lora.rank, tensor.value) : 0;
  const offload = Math.min((input.cpuOffloadGb ?? 0) * GIB, bytes.perGpu);
  const gib = (bytes.perGpu + draft + lora - offload) / GIB;
  const share = weightShare(input, settings);
  const half = gib * share + 0.06 + (0.02 * lora) / GIB;
  // From 0.24 on a plugin reads GGUF files; a Q8_0 file of 14.6 GiB took 23.1 with it.
  const plugin = quantization.value?.method === "gguf" && isAtLeast(input.version, "0.24") ? 0.6 * gib : 0;
  const inputs = weightInputs(pieces);
  const checkpoint = banded(
    bytes.file / GIB,
    (bytes.file / GIB) * share,
    `${(bytes.file / GIB).toFixed(2)} GiB of files`,
    inputs.slice(0, 1),
  );
  const formula = weightFormula(bytes, request.layout, { draft, lora, offload });
  return { ...between(gib - half, gib, gib + half + plugin, formula, inputs), checkpoint };
}

function weightRequest({ input, settings }: Pieces): WeightRequest | undefined {
  const { tensor, pipeline, data, expertParallel, dtype, quantization } = settings;
  const model = input.model;
  if (model === undefined || input.unknown?.includes("model")) return undefined;
  if (!tensor || !pipeline || !data || !expertParallel || !dtype || !quantization) return undefined;
  return {
    shape: model.shape,
    quantization: quantization.value,
    dtype: dtype.value,
    layout: {
      tensor: tensor.value,
      pipeline: pipeline.value,
      data: model.shape.moe ? data.value : 1,
      expertParallel: expertParallel.value,
    },
    version: input.version,
    capability: input.gpu?.capability,
    withMtp: input.speculative !== undefined && /mtp|nextn/.test(input.speculative.method),
    withoutTowers: input.withoutTowers === true && isAtLeast(input.version, "0.16"),
  };
}

/** Wider for online quantisation, and for MXFP4, whose padding depends on the kernel that is installed. */
function weightShare(input: PlanInput, settings: Settings): number {
  const model = input.model;
  const quantization = settings.quantization?.value;
  if (model === undefined) return 1;
  const online = quantization !== undefined && quantization !== model.shape.quantization ? 1.5 : 1;
  return WEIGHT_BAND[model.confidence] * online + (quantization?.method === "mxfp4" ? 0.03 : 0);
}

function weightInputs({ input, settings }: Pieces): Ingredient[] {
  const { tensor, pipeline, data, dtype, quantization } = settings;
  const out: Ingredient[] = [
    { name: "model", value: input.model?.id ?? "", origin: input.model?.source ?? "" },
  ];
  if (tensor) out.push(ingredient("tensor parallel size", tensor));
  if (pipeline && pipeline.value > 1) out.push(ingredient("pipeline parallel size", pipeline));
  if (data && data.value > 1) out.push(ingredient("data parallel size", data));
  if (dtype) out.push(ingredient("dtype", dtype));
  if (quantization)
    out.push({
      name: "quantization",
      value: quantization.value?.method ?? "none",
      origin: quantization.origin,
    });
  return out;
}

interface Extras {
  readonly draft: number;
  readonly lora: number;
  readonly offload: number;
}

function weightFormula(bytes: WeightBytes, layout: Layout, { draft, lora, offload }: Extras): string {
  const gib = (b: number): string => `${(b / GIB).toFixed(2)} GiB`;
  const ranks = layout.tensor * layout.pipeline;
  const split =
    ranks > 1 ? `, the share of one of ${ranks} GPUs ${gib(bytes.perGpu - bytes.ropeTables)}` : "";
  const terms = [`${gib(bytes.total)} of weights${split}`];
  if (bytes.ropeTables > 0.005 * GIB) terms.push(`${gib(bytes.ropeTables)} of rotary tables`);
  if (draft > 0) terms.push(`${gib(draft)} of draft model`);
  if (lora > 0) terms.push(`${gib(lora)} of LoRA buffers`);
  return terms.join(" + ") + (offload > 0 ? ` - ${gib(offload)} offloaded` : "");
}

/** A separate draft model loads beside the target, split like it; undefined when one is set that is not known. */
function draftBytes(input: PlanInput, settings: Settings): number | undefined {
  if (input.unknown?.includes("speculative")) return undefined;
  const draft = input.speculative?.draft;
  if (draft === undefined || !settings.tensor) return 0;
  const dtype = draft.dtype === "float32" ? "bfloat16" : draft.dtype;
  const layout = { tensor: settings.tensor.value, pipeline: 1, data: 1, expertParallel: false };
  const bytes = weightBytes({
    shape: draft,
    quantization: draft.quantization,
    dtype,
    layout,
    version: input.version,
    capability: input.gpu?.capability,
    withMtp: false,
    withoutTowers: false,
  });
  return bytes?.perGpu ?? 0;
}

/** The chunks that 0.7 and older profiled ended no prompt. */
function samplesInProfile(input: PlanInput, settings: Settings): boolean {
  return isAtLeast(input.version, "0.8") || !settings.chunked;
}

export function activationQuantity({ input, settings, runner }: Pieces): Quantity | undefined {
  const { tensor, pipeline, sequences, tokens, dtype, quantization } = settings;
  const model = input.model;
  if (!model || !runner || !tensor || !pipeline || !sequences || !tokens || !dtype || !quantization)
    return undefined;
  if (model.shape.modality === "vision" && input.unknown?.includes("textOnly")) return undefined;
  const peak = activationPeak({
    shape: model.shape,
    version: input.version,
    runner,
    tensor: tensor.value,
    pipeline: pipeline.value,
    sequences: sequences.value,
    tokens: tokens.value,
    length: settings.length?.value ?? 0,
    element: dtypeBytes(dtype.value) ?? 2,
    sampler: { platform: platformOf(input), flashInfer: input.flashInferSampler },
    textOnly: input.textOnly === true,
    mxfp4: quantization.value?.method === "mxfp4",
    stateDtype: input.stateDtype === "auto" ? undefined : input.stateDtype,
    samples: samplesInProfile(input, settings),
  });
  return between(peak.low, peak.gib, peak.high, peak.formula, [
    ingredient("sequences", sequences),
    ingredient("batched tokens", tokens),
    { name: "vocabulary", value: String(model.shape.vocab), origin: model.source },
  ]);
}

export function nonTorchQuantity({ input, settings }: Pieces): Quantity | undefined {
  const { tensor, pipeline, data, expertParallel } = settings;
  if (!tensor || !pipeline || !data || !expertParallel || input.gpu === undefined) return undefined;
  const band = nonTorch({
    version: input.version,
    tensor: tensor.value,
    pipeline: pipeline.value,
    link: input.gpu.link,
    platform: platformOf(input),
    unified: input.gpu.unified,
    expertParallelData: expertParallel.value && data.value > 1,
    architecture: input.model?.shape.architecture ?? "",
  });
  return between(band.low, band.value, band.high, band.formula, [
    ingredient("tensor parallel size", tensor),
    { name: "GPU", value: input.gpu.name, origin: input.gpu.origin },
  ]);
}

export function graphQuantity({ input, settings, runner }: Pieces): {
  quantity: Quantity | undefined;
  inBudget: boolean;
} {
  const { sequences, eager, tensor } = settings;
  if (!input.model || !runner || !sequences || !eager || !tensor)
    return { quantity: undefined, inBudget: false };
  const band = cudaGraphs({
    version: input.version,
    runner,
    shape: input.model.shape,
    sequences: sequences.value,
    tensor: tensor.value,
    eager: eager.value,
    platform: platformOf(input),
    estimateToggle: input.estimateCudaGraphs,
    blackwell: Number.parseFloat(input.gpu?.capability ?? "0") >= 10,
    expertExchange: settings.expertParallel?.value === true && (settings.data?.value ?? 1) > 1,
  });
  const inputs = [
    ingredient("enforce eager", eager),
    ingredient("sequences", sequences),
    ingredient("model runner", given(runner, "version")),
  ];
  return {
    quantity: between(band.low, band.value, band.high, band.formula, inputs),
    inBudget: band.inBudget,
  };
}
