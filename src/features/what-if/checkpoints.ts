import { findModel, quantisedFrom } from "../../data/models";
import { catalogueModel } from "../../sizing/catalogue";
import type { Quantization } from "../../sizing/model-shape";
import type { GpuSpec, PlanInput, PlannedModel } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { canRemoveArgument, canSetArgument } from "../../vllm/edit-arguments";
import { isAtLeast } from "../../vllm/version";

/** A way to have the model's weights: as they are now, converted while loading, or another published checkpoint. */
export interface Checkpoint {
  /** `now`, `fp8`, `plain`, or the id of another checkpoint. */
  readonly key: string;
  readonly label: string;
  readonly model: PlannedModel | undefined;
  /** The value of `--quantization`; undefined for none. */
  readonly quantization: string | undefined;
}

const FLAG = "--quantization";
/** More would hide the table. */
const MOST_OTHERS = 5;

/** The checkpoints to compare, the present one first. Others are only those that the catalogue holds. */
export function checkpointsOf(server: VllmServer, input: PlanInput): readonly Checkpoint[] {
  const { model, quantization } = input;
  const now: Checkpoint = { key: "now", label: labelOf(model, quantization), model, quantization };
  if (model === undefined || input.unknown?.includes("quantization")) return [now];
  return [now, ...converted(server, input), ...published(server, input)];
}

function labelOf(model: PlannedModel | undefined, flag: string | undefined): string {
  if (model?.shape.quantization) return schemeName(model.shape.quantization);
  return flag === undefined ? "none" : `${flag} at load`;
}

/** `--quantization fp8` on a checkpoint that is not quantised, or without it where it is set now. */
function converted(server: VllmServer, { model, quantization, version }: PlanInput): readonly Checkpoint[] {
  if (model?.shape.quantization !== undefined || !isAtLeast(version, "0.6")) return [];
  const setting = server.engine.settings.get(FLAG);
  if (quantization === undefined && setting === undefined && canSetArgument(server, FLAG))
    return [{ key: "fp8", label: "fp8 at load", model, quantization: "fp8" }];
  if (quantization === "fp8" && setting && canRemoveArgument(setting))
    return [{ key: "plain", label: "none", model, quantization: undefined }];
  return [];
}

/** The model this one was quantised from, and the catalogue's other copies of it, its maker's own first. */
function published(server: VllmServer, { model, quantization }: PlanInput): readonly Checkpoint[] {
  const setting = server.engine.settings.get("--model");
  if (!model || quantization !== undefined || !setting || !canSetArgument(server, "--model")) return [];
  const entry = findModel(model.id);
  if (entry === undefined) return [];
  const origin = entry.quant ? entry.base : model.id;
  const family = entry.quant ? entry.base : entry.id;
  if (origin === undefined || family === undefined) return [];
  const others = [...(entry.quant ? [origin] : []), ...quantisedFrom(family)]
    .filter((id) => id.toLowerCase() !== model.id.toLowerCase() && (id === origin || isCopyOf(id, origin)))
    .sort((a, b) => distance(a, origin) - distance(b, origin));
  return others.slice(0, MOST_OTHERS).flatMap((id) => {
    const other = catalogueModel(id);
    if (!other || other.shape.quantization?.method === "bitsandbytes") return [];
    return { key: id, label: `${labelOf(other, undefined)} (${id})`, model: other, quantization: undefined };
  });
}

const SCHEME =
  /^([-_.](awq|gptq|fp8|nvfp4|fp4|mxfp4|int[48]|w\d+a\d+|quantized|dynamic|static|block|hf|kv))*$/i;

/** By name: an entry's aliases may be another tuning of the same dimensions, whose copies are another model. */
function isCopyOf(id: string, origin: string): boolean {
  const [own, other] = [id, origin].map((each) =>
    each
      .slice(each.lastIndexOf("/") + 1)
      .toLowerCase()
      .replace(/^meta-/, "")
      .replace(/[-_](bf16|hf)$/, ""),
  );
  return (
    own !== undefined && other !== undefined && own.startsWith(other) && SCHEME.test(own.slice(other.length))
  );
}

function distance(id: string, origin: string): number {
  if (id === origin) return 0;
  const [maker, own] = [id, origin].map((each) => each.slice(0, each.indexOf("/")));
  return maker === own ? 1 : /^(redhatai|nvidia|amd)$/i.test(maker ?? "") ? 2 : 3;
}

function schemeName(q: Quantization): string {
  if (q.format?.includes("nvfp4")) return "NVFP4";
  if (q.method === "mxfp4" || q.format?.startsWith("mxfp4")) return "MXFP4";
  if (q.method === "fp8" || q.format === "float-quantized") return "FP8";
  if (q.method === "compressed-tensors") return `INT${q.bits}`;
  return `${q.method.toUpperCase()} ${q.bits} bits`;
}

/**
 * Whether a checkpoint makes sense on a card: formats of 8 and 4 bits where the card computes in them, integer ones on NVIDIA.
 * Source: the table of supported hardware in vLLM's documentation of quantization.
 */
export function suits({ key, model, quantization }: Checkpoint, gpu: GpuSpec | undefined): boolean {
  if (key === "now" || key === "plain") return true;
  if (gpu === undefined) return false;
  const scheme = model?.shape.quantization;
  if (quantization === "fp8") return gpu.fp8;
  if (scheme === undefined) return true;
  const name = schemeName(scheme);
  if (name === "NVFP4" || name === "MXFP4") return gpu.fp4;
  if (name === "FP8") return gpu.fp8;
  return gpu.vendor === "NVIDIA";
}
