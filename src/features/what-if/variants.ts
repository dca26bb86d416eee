import type { PlanInput, SettingName } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { gpuChoices, type GpuChoice } from "./gpu-choice";
import { formatLength, shortGpuName } from "../memory/plan-text";
import { AXES, type Axis, type WhatIfFilter } from "./axes";
import { checkpointsOf, suits, type Checkpoint } from "./checkpoints";
import { cacheTypes, lengths, tensorSizes } from "./values";

/** A combination before it is planned. */
export interface Variant {
  readonly gpu: GpuChoice;
  /** Undefined where the present value is not known and stays. */
  readonly tensor: number | undefined;
  /** Undefined where nothing is written now and nothing shall be. */
  readonly length: number | "auto" | undefined;
  readonly cache: string;
  readonly checkpoint: Checkpoint;
}

/** All values of the axes, the present one first. */
export interface Choices {
  readonly gpu: readonly GpuChoice[];
  readonly tensor: readonly (number | undefined)[];
  readonly length: readonly (number | "auto" | undefined)[];
  readonly cache: readonly string[];
  readonly checkpoint: readonly Checkpoint[];
}

export function choicesOf(server: VllmServer, input: PlanInput): Choices {
  return {
    gpu: gpuChoices(server, input),
    tensor: tensorSizes(server, input),
    length: lengths(server, input),
    cache: cacheTypes(server, input),
    checkpoint: checkpointsOf(server, input),
  };
}

/** A value that is no longer offered gives way to the present one. */
export function inForce(wanted: WhatIfFilter, choices: Choices): WhatIfFilter {
  const filter: Record<string, string | boolean> = { fitting: wanted.fitting };
  for (const axis of AXES) {
    const known = ["now", "any", ...choices[axis].map((value) => keyOf(value))];
    filter[axis] = known.includes(wanted[axis]) ? wanted[axis] : "now";
  }
  return filter as unknown as WhatIfFilter;
}

/** The values of each axis, as a person picks them. */
export type Values = Readonly<Record<Axis, readonly { readonly key: string; readonly label: string }[]>>;

type Value = Choices[Axis][number];

function keyOf(value: Value): string {
  if (typeof value !== "object") return value === undefined ? "unset" : String(value);
  return "key" in value ? value.key : (value.spec?.name ?? "unknown");
}

function labelOf(axis: Axis, value: Value): string {
  if (typeof value === "object") {
    if ("key" in value) return value.label;
    return value.spec ? shortGpuName(value.spec) : "unknown";
  }
  if (axis !== "length") return keyOf(value);
  return typeof value === "number" ? formatLength(value) : (value ?? "the model's own");
}

export function valuesOf(choices: Choices): Values {
  const list = (axis: Axis): Values[Axis] =>
    choices[axis].map((value) => ({ key: keyOf(value), label: labelOf(axis, value) }));
  return {
    gpu: list("gpu"),
    tensor: list("tensor"),
    length: list("length"),
    cache: list("cache"),
    checkpoint: list("checkpoint"),
  };
}

/** Every combination that a filter lets through, and the present one in any case. */
export function variantsOf(choices: Choices, filter: WhatIfFilter): readonly Variant[] {
  const pick = <T extends Value>(axis: Axis, values: readonly T[]): readonly T[] => {
    if (filter[axis] === "any") return values;
    const wanted =
      filter[axis] === "now" ? values.slice(0, 1) : values.filter((v) => keyOf(v) === filter[axis]);
    return wanted;
  };
  const variants: Variant[] = [];
  for (const gpu of pick("gpu", choices.gpu))
    for (const tensor of pick("tensor", choices.tensor))
      for (const length of pick("length", choices.length))
        for (const cache of pick("cache", choices.cache))
          for (const checkpoint of pick("checkpoint", choices.checkpoint))
            variants.push({ gpu, tensor, length, cache, checkpoint });
  return variants.some((variant) => isPresent(variant, choices))
    ? variants
    : [presentOf(choices), ...variants];
}

function presentOf({ gpu, tensor, length, cache, checkpoint }: Choices): Variant {
  const [card] = gpu;
  const [weights] = checkpoint;
  if (!card || !weights) throw new Error("the present value is always one of the choices");
  return { gpu: card, tensor: tensor[0], length: length[0], cache: cache[0] ?? "auto", checkpoint: weights };
}

export function isPresent(variant: Variant, choices: Choices): boolean {
  return AXES.every((axis) => variant[axis] === choices[axis][0]);
}

/** What nobody would run, and what a manifest cannot be made to say, is left out. */
export function isSensible(
  variant: Variant,
  choices: Choices,
  server: VllmServer,
  input: PlanInput,
): boolean {
  const { gpu, cache, checkpoint, tensor } = variant;
  const { spec } = gpu;
  const isNow = gpu.isNow && tensor === choices.tensor[0];
  if (!suits(checkpoint, spec)) return false;
  if (cache.startsWith("fp8") && cache !== input.kvCacheDtype && spec?.fp8 !== true) return false;
  if (spec?.bf16 === false && /^b(f|float)16$/.test(input.dtype ?? "")) return false;
  return isNow || gpu.offers(gpusOf(variant, server) ?? 1);
}

/** Tensor x pipeline x data parallel size; undefined when one of them is not known. */
export function gpusOf({ tensor }: Variant, { engine }: VllmServer): number | undefined {
  const [pipeline, data] = ["--pipeline-parallel-size", "--data-parallel-size"].map((flag) =>
    engine.integer(flag),
  );
  if (tensor === undefined || !pipeline?.known || !data?.known) return undefined;
  return tensor * pipeline.value * data.value;
}

/** The plan's input with the values of a variant in place of the manifest's. */
export function inputOf(variant: Variant, input: PlanInput): PlanInput {
  const { gpu, tensor, length, cache, checkpoint } = variant;
  const known: SettingName[] = [
    ...(tensor === undefined ? [] : ["tensorParallel" as const]),
    ...(length === undefined ? [] : ["maxModelLen" as const]),
    ...(gpu.isNow ? [] : ["gpu" as const]),
  ];
  return {
    ...input,
    // What was measured holds for what it was measured with.
    measured:
      gpu.isNow && tensor === (input.tensorParallel ?? 1) && checkpoint.key === "now"
        ? input.measured
        : undefined,
    gpu: gpu.spec,
    model: checkpoint.model,
    modelName: checkpoint.model?.id ?? input.modelName,
    quantization: checkpoint.quantization,
    tensorParallel: tensor,
    maxModelLen: length,
    kvCacheDtype: cache === "auto" ? input.kvCacheDtype && "auto" : cache,
    unknown: input.unknown?.filter((name) => !known.includes(name)),
  };
}

export function idOf(variant: Variant): string {
  return JSON.stringify(AXES.map((axis) => keyOf(variant[axis])));
}
