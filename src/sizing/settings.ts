import { isAtLeast } from "../vllm/version";
import { chunkedByDefault, concurrentBatches, defaultBatchedTokens, defaultBlock, defaultSequences, defaultUtilization } from "./defaults";
import type { ModelShape, Quantization } from "./model-shape";
import type { PlanInput, SettingName } from "./plan-types";
import { dtypeBytes, onlineQuantization } from "./quantization";
import { type Given, given } from "./quantity";

type Maybe<T> = Given<T> | undefined;

/** Every setting in force: as given, by default, or undefined when it cannot be known. */
export interface Settings {
  readonly tensor: Maybe<number>;
  readonly pipeline: Maybe<number>;
  readonly data: Maybe<number>;
  readonly expertParallel: Maybe<boolean>;
  readonly length: Maybe<number>;
  readonly autoLength: boolean;
  readonly sequences: Maybe<number>;
  readonly tokens: Maybe<number>;
  readonly utilization: Maybe<number>;
  readonly dtype: Maybe<string>;
  readonly cacheDtype: Maybe<string>;
  readonly quantization: Maybe<Quantization | undefined>;
  readonly block: Maybe<number>;
  readonly eager: Maybe<boolean>;
  readonly chunked: boolean;
  readonly batches: number;
  readonly stateMode: "none" | "align" | "all";
  readonly defaulted: readonly SettingName[];
}

/** Settings resolved the way vLLM's own argument parser and model configuration do. */
export function resolveSettings(input: PlanInput): Settings {
  const unknown = new Set(input.unknown ?? []);
  const release = `${input.version.major}.${input.version.minor}`;
  const byDefault = `default of ${release}`;
  const defaulted: SettingName[] = [];
  const pick = <T>(name: SettingName, value: T | undefined, fallback: () => T | undefined, origin = byDefault): Maybe<T> => {
    if (unknown.has(name)) return undefined;
    if (value !== undefined) return given(value, input.origins?.[name] ?? "given");
    const other = fallback();
    if (other === undefined) return undefined;
    defaulted.push(name);
    return given(other, origin);
  };
  const shape = input.model?.shape;
  const device = input.gpu && { memoryGib: input.gpu.memoryGib, name: input.gpu.name, offline: input.offline === true };
  const auto = input.maxModelLen === "auto" || input.maxModelLen === -1;
  const length = pick("maxModelLen", auto ? undefined : (input.maxModelLen as number | undefined), () => shape?.maxLength, "model config");
  const pipeline = pick("pipelineParallel", input.pipelineParallel, () => 1);
  const chunked = input.chunkedPrefill ?? (length ? chunkedByDefault(input.version, length.value) : true);
  const sequences = pick("maxNumSeqs", input.maxNumSeqs, () => device && defaultSequences(input.version, device));
  const tokens = pick("maxNumBatchedTokens", input.maxNumBatchedTokens, () => batchedTokens(input, device, length, sequences, chunked));
  const dtype = pick("dtype", plainDtype(input.dtype), () => shape && resolveDtype(shape, input), "model config");
  return {
    tensor: pick("tensorParallel", input.tensorParallel, () => 1),
    pipeline,
    data: pick("dataParallel", input.dataParallel, () => 1),
    expertParallel: pick("expertParallel", input.expertParallel, () => false),
    length,
    autoLength: auto,
    sequences,
    tokens,
    utilization: pick("gpuMemoryUtilization", input.gpuMemoryUtilization, () => defaultUtilization(input.version)),
    dtype,
    cacheDtype: cacheDtype(input, unknown, shape, dtype),
    quantization: quantizationInForce(input, unknown, shape),
    block: pick("blockSize", input.blockSize, () => shape && defaultBlock(shape, input.version, input.gpu?.capability)),
    eager: pick("enforceEager", input.enforceEager, () => false),
    chunked,
    batches: concurrentBatches(input.version, pipeline?.value ?? 1, input.asyncScheduling),
    stateMode: input.mambaCacheMode ?? (prefixCached(input) ? "align" : "none"),
    defaulted,
  };
}

function batchedTokens(
  input: PlanInput,
  device: { memoryGib: number; name: string; offline: boolean } | undefined,
  length: Maybe<number>,
  sequences: Maybe<number>,
  chunked: boolean,
): number | undefined {
  if (device === undefined || sequences === undefined) return undefined;
  const tokens = defaultBatchedTokens(input.version, device, length?.value ?? 0, chunked);
  if (!isAtLeast(input.version, "0.8")) return tokens;
  return length ? Math.min(tokens, sequences.value * length.value) : tokens;
}

function plainDtype(dtype: string | undefined): string | undefined {
  return dtype === undefined || dtype === "auto" ? undefined : dtype;
}

/** `auto`: the checkpoint's dtype, float32 cast to 16 bit, bfloat16 to float16 on GPUs without it (vllm/config/model.py). */
function resolveDtype(shape: ModelShape, input: PlanInput): string {
  if (shape.dtype === "float32") return input.gpu && !input.gpu.bf16 ? "float16" : "bfloat16";
  if (shape.dtype === "bfloat16" && input.gpu && !input.gpu.bf16) return "float16";
  return shape.dtype;
}

/** `auto`: the model's dtype, unless the checkpoint carries scales for an fp8 cache. */
function cacheDtype(input: PlanInput, unknown: ReadonlySet<SettingName>, shape: ModelShape | undefined, dtype: Maybe<string>): Maybe<string> {
  if (unknown.has("kvCacheDtype")) return undefined;
  const wanted = input.kvCacheDtype;
  if (wanted !== undefined && wanted !== "auto") return given(wanted, input.origins?.kvCacheDtype ?? "given");
  const own = shape?.quantization?.kvCacheDtype;
  if (own !== undefined && isAtLeast(input.version, "0.11")) return given(own, "model config");
  if (shape?.mla?.indexDim) return given("fp8_ds_mla", "model config");
  if (dtype === undefined) return undefined;
  return given(dtypeBytes(dtype.value) === 4 ? "float32" : dtype.value, dtype.origin);
}

function quantizationInForce(input: PlanInput, unknown: ReadonlySet<SettingName>, shape: ModelShape | undefined): Maybe<Quantization | undefined> {
  if (unknown.has("quantization") || shape === undefined) return undefined;
  if (shape.quantization !== undefined) return given(shape.quantization, "model config");
  if (input.quantization === undefined) return given(undefined, "model config");
  const online = onlineQuantization(input.quantization);
  return online === undefined ? undefined : given(online, input.origins?.quantization ?? "given");
}

/** Hybrid models cache prefixes from 0.27 on; then a state keeps an aligned second block. */
function prefixCached(input: PlanInput): boolean {
  return input.enablePrefixCaching ?? isAtLeast(input.version, "0.27");
}
