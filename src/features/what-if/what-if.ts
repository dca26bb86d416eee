import { approximately, formatGib } from "../../sizing/format";
import { planMemory } from "../../sizing/plan";
import type { MemoryPlan, PlanInput, Verdict } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { headline } from "../memory/memory-card";
import { shortGpuName } from "../memory/plan-text";
import type { WhatIfFilter } from "./axes";
import {
  choicesOf,
  gpusOf,
  idOf,
  inForce,
  inputOf,
  isPresent,
  isSensible,
  valuesOf,
  variantsOf,
  type Values,
  type Choices,
  type Variant,
} from "./variants";
import { thousandths } from "../units";

export type { WhatIfFilter } from "./axes";

/** Other GPUs and other tensor parallel sizes, everything else as it is. */
export const DEFAULT_FILTER: WhatIfFilter = {
  gpu: "any",
  tensor: "any",
  length: "now",
  cache: "now",
  checkpoint: "now",
  fitting: true,
};

/** One way to run a server, with what vLLM would have room for; what is not known is null. GiB is 2^30 bytes, on the fullest GPU. */
export interface WhatIfRow {
  /** Names the combination; the same as long as the manifest is. */
  readonly id: string;
  readonly isNow: boolean;
  /** The manifest can be changed to it, and it would start. */
  readonly canApply: boolean;
  readonly fits: Verdict;
  readonly gpu: string | null;
  readonly gpus: number | null;
  readonly tensorParallel: number | null;
  readonly maxModelLen: number | null;
  readonly kvCacheDtype: string;
  readonly quantization: string;
  readonly tokens: number | null;
  readonly maxConcurrency: number | null;
  readonly weightsGiB: number | null;
  readonly kvCacheGiB: number | null;
  readonly reason: string;
}

export interface WhatIf {
  readonly title: string;
  readonly headline: string;
  readonly filter: WhatIfFilter;
  /** What each axis offers beside `now` and `any`. */
  readonly values: Values;
  /** The most useful first. */
  readonly rows: readonly WhatIfRow[];
  /** Combinations that the filter left out because they do not fit. */
  readonly unfit: number;
}

export function whatIf(
  server: VllmServer,
  input: PlanInput,
  now: MemoryPlan,
  wanted: WhatIfFilter = DEFAULT_FILTER,
): WhatIf {
  const choices = choicesOf(server, input);
  const filter = inForce(wanted, choices);
  const rows = variantsOf(choices, filter)
    .filter((variant) => isSensible(variant, choices, server, input))
    .map((variant) => rowOf(variant, choices, server, input));
  const unfit = rows.filter(({ fits, isNow }) => fits === "no" && !isNow).length;
  return {
    title: server.name,
    headline: headline(server, now),
    filter,
    values: valuesOf(choices),
    rows: rows.filter(({ fits, isNow }) => !filter.fitting || isNow || fits !== "no").sort(byUse),
    unfit: filter.fitting ? unfit : 0,
  };
}

function rowOf(variant: Variant, choices: Choices, server: VllmServer, input: PlanInput): WhatIfRow {
  const plan = planMemory(inputOf(variant, input));
  const isNow = isPresent(variant, choices);
  const loading = isNow ? undefined : loadingProblem(variant, input, plan);
  const fits = loading === undefined ? plan.fits : "no";
  return {
    id: idOf(variant),
    isNow,
    canApply: !isNow && (fits === "yes" || fits === "tight"),
    fits,
    gpu: plan.gpu ? shortGpuName(plan.gpu) : null,
    gpus: plan.gpus ?? gpusOf(variant, server) ?? null,
    tensorParallel: variant.tensor ?? null,
    maxModelLen: plan.kv.maxModelLen ? Math.round(plan.kv.maxModelLen.value) : null,
    kvCacheDtype: variant.cache,
    quantization: variant.checkpoint.label,
    tokens: plan.kv.tokens ? Math.floor(plan.kv.tokens.value) : null,
    maxConcurrency: thousandths(plan.kv.maxConcurrency?.value),
    weightsGiB: thousandths(plan.weights?.value),
    kvCacheGiB: thousandths(plan.kvCache?.value),
    reason: loading ?? plan.reasons.join(" "),
  };
}

/**
 * Weights that vLLM quantises while loading are on the GPU at 16 bits first.
 * Source: docs/features/quantization/fp8.md of vLLM up to 0.10, "Online Dynamic Quantization".
 */
function loadingProblem(variant: Variant, input: PlanInput, plan: MemoryPlan): string | undefined {
  const { checkpoint } = variant;
  if (checkpoint.quantization !== "fp8" || !plan.gpu || !plan.total) return undefined;
  const plain = planMemory(
    inputOf({ ...variant, checkpoint: { ...checkpoint, quantization: undefined } }, input),
  );
  if (!plain.weights || plain.weights.low <= plan.total.high) return undefined;
  return `The weights are loaded at 16 bits first, which takes ${approximately(formatGib(plain.weights.value))}.`;
}

const RANK: Readonly<Record<Verdict, number>> = { yes: 0, tight: 1, unknown: 2, no: 3 };

/** What surely fits first; then the fewest GPUs, the least memory left over for nothing, and room for the most requests. */
function byUse(a: WhatIfRow, b: WhatIfRow): number {
  const size = (row: WhatIfRow): number => (row.weightsGiB ?? 0) + (row.kvCacheGiB ?? 0);
  return (
    RANK[a.fits] - RANK[b.fits] ||
    (a.gpus ?? 99) - (b.gpus ?? 99) ||
    size(a) - size(b) ||
    (b.maxConcurrency ?? 0) - (a.maxConcurrency ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}
