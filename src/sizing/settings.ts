import { isAtLeast } from "../vllm/version";
import {
  chunkedByDefault,
  concurrentBatches,
  defaultBatchedTokens,
  defaultBlock,
  defaultSequences,
  defaultUtilization,
  type DeviceClass,
} from "./defaults";
import { type EngineFacts, usesV0 } from "./runner";
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

type Device = DeviceClass | undefined;

export function engineFacts(input: PlanInput): EngineFacts {
  const method = input.model?.shape.quantization?.method ?? input.quantization;
  return {
    version: input.version,
    capability: input.gpu?.capability,
    amd: input.gpu?.vendor === "AMD",
    gguf: method === "gguf",
    cacheDtype: input.kvCacheDtype,
  };
}

/** Settings resolved the way vLLM's own argument parser and model configuration do. */
export function resolveSettings(input: PlanInput): Settings {
  const choice = new Choice(input);
  const shape = input.model?.shape;
  const gpu = input.gpu;
  const oldEngine = usesV0(engineFacts(input));
  const device = gpu && {
    memoryGib: gpu.memoryGib,
    name: gpu.name,
    offline: input.offline === true,
    oldEngine,
  };
  const auto = input.maxModelLen === "auto" || input.maxModelLen === -1;
  const wanted = typeof input.maxModelLen === "number" && !auto ? input.maxModelLen : undefined;
  const length = choice.fromModel("maxModelLen", wanted, () => shape?.maxLength);
  const pipeline = choice.of("pipelineParallel", input.pipelineParallel, () => 1);
  const chunked =
    input.chunkedPrefill ??
    (length ? chunkedByDefault(input.version, length.value, oldEngine, promptsStayWhole(input)) : true);
  const dtype = choice.fromModel("dtype", plainDtype(input.dtype), () => shape && resolveDtype(shape, input));
  return {
    tensor: choice.of("tensorParallel", input.tensorParallel, () => 1),
    pipeline,
    data: choice.of("dataParallel", input.dataParallel, () => 1),
    expertParallel: choice.of("expertParallel", input.expertParallel, () => false),
    length,
    autoLength: auto,
    ...batchSizes(choice, device, length, { chunked, oldEngine }),
    utilization: choice.of("gpuMemoryUtilization", input.gpuMemoryUtilization, () =>
      defaultUtilization(input.version),
    ),
    dtype,
    cacheDtype: cacheDtype(input, choice.unknown, shape, dtype),
    quantization: quantizationInForce(input, choice.unknown, shape),
    block: choice.of(
      "blockSize",
      input.blockSize,
      () => shape && defaultBlock(shape, input.version, gpu?.capability),
    ),
    eager: choice.of("enforceEager", input.enforceEager, () => false),
    chunked,
    batches: concurrentBatches(input.version, pipeline?.value ?? 1, input.asyncScheduling),
    stateMode: input.mambaCacheMode ?? (prefixCached(input) ? "align" : "none"),
    defaulted: choice.defaulted,
  };
}

/** Takes a value as given or else by default, remembers which, and keeps unknown what is unknown. */
class Choice {
  readonly unknown: ReadonlySet<SettingName>;
  readonly defaulted: SettingName[] = [];

  constructor(readonly input: PlanInput) {
    this.unknown = new Set(input.unknown ?? []);
  }

  of<T>(name: SettingName, value: T | undefined, fallback: () => T | undefined): Maybe<T> {
    const { major, minor } = this.input.version;
    return this.take(name, value, fallback, `default of ${major}.${minor}`);
  }

  fromModel<T>(name: SettingName, value: T | undefined, fallback: () => T | undefined): Maybe<T> {
    return this.take(name, value, fallback, "model config");
  }

  private take<T>(
    name: SettingName,
    value: T | undefined,
    fallback: () => T | undefined,
    origin: string,
  ): Maybe<T> {
    if (this.unknown.has(name)) return undefined;
    if (value !== undefined) return given(value, this.input.origins?.[name] ?? "given");
    const other = fallback();
    if (other === undefined) return undefined;
    this.defaulted.push(name);
    return given(other, origin);
  }
}

function batchSizes(
  choice: Choice,
  device: Device,
  length: Maybe<number>,
  { chunked, oldEngine }: { readonly chunked: boolean; readonly oldEngine: boolean },
): { sequences: Maybe<number>; tokens: Maybe<number> } {
  const { input } = choice;
  const sequences = choice.of(
    "maxNumSeqs",
    input.maxNumSeqs,
    () => device && defaultSequences(input.version, device) * (input.throughputMode ? 2 : 1),
  );
  const unsure = oldEngine && choice.unknown.has("chunkedPrefill");
  const tokens = choice.of("maxNumBatchedTokens", input.maxNumBatchedTokens, () =>
    unsure ? undefined : batchedTokens(input, device, length, sequences, chunked),
  );
  return { sequences, tokens };
}

function batchedTokens(
  input: PlanInput,
  device: Device,
  length: Maybe<number>,
  sequences: Maybe<number>,
  chunked: boolean,
): number | undefined {
  if (device === undefined || sequences === undefined) return undefined;
  const tokens = defaultBatchedTokens(input.version, device, length?.value ?? 0, chunked);
  if (device.oldEngine) return tokens;
  const most = tokens * (input.throughputMode ? 2 : 1);
  return length ? Math.min(most, sequences.value * length.value) : most;
}

/** What kept V0 from chunking long prompts by itself: images and sounds, sliding windows, LoRA, speculative decoding. */
function promptsStayWhole({ model, lora, speculative }: PlanInput): boolean {
  const shape = model?.shape;
  if (shape === undefined) return lora !== undefined || speculative !== undefined;
  const windowed = shape.cache.some((layers) => layers.kind === "sliding");
  return (
    lora !== undefined ||
    speculative !== undefined ||
    windowed ||
    shape.modality === "vision" ||
    shape.modality === "audio"
  );
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
function cacheDtype(
  input: PlanInput,
  unknown: ReadonlySet<SettingName>,
  shape: ModelShape | undefined,
  dtype: Maybe<string>,
): Maybe<string> {
  if (unknown.has("kvCacheDtype")) return undefined;
  const wanted = input.kvCacheDtype;
  if (wanted !== undefined && wanted !== "auto") return given(wanted, input.origins?.kvCacheDtype ?? "given");
  const own = shape?.quantization?.kvCacheDtype;
  if (own !== undefined && isAtLeast(input.version, "0.11")) return given(own, "model config");
  if (shape?.mla?.indexDim) return given("fp8_ds_mla", "model config");
  if (dtype === undefined) return undefined;
  return given(dtypeBytes(dtype.value) === 4 ? "float32" : dtype.value, dtype.origin);
}

function quantizationInForce(
  input: PlanInput,
  unknown: ReadonlySet<SettingName>,
  shape: ModelShape | undefined,
): Maybe<Quantization | undefined> {
  if (unknown.has("quantization") || shape === undefined) return undefined;
  if (shape.quantization !== undefined) return given(shape.quantization, "model config");
  if (input.quantization === undefined) return given(undefined, "model config");
  const online = onlineQuantization(input.quantization);
  return online === undefined ? undefined : given(online, input.origins?.quantization ?? "given");
}

/** Hybrid models cache prefixes by default from 0.28 on (August 2026); then a state keeps an aligned second block. */
function prefixCached(input: PlanInput): boolean {
  return input.enablePrefixCaching ?? isAtLeast(input.version, "0.28");
}
