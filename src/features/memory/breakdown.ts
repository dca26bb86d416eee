import type { Range } from "../../base/text";
import {
  approximately,
  formatBytes,
  formatCount,
  formatGib,
  formatSeconds,
  formatTimes,
  formatTokens,
} from "../../sizing/format";
import type { HostPlan } from "../../sizing/host";
import type { LoadEstimate } from "../../sizing/load";
import type { MemoryPlan, Verdict } from "../../sizing/plan-types";
import type { Quantity } from "../../sizing/quantity";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import { segmentsOf, type Segment } from "./bar";
import { inputsOf } from "./breakdown-inputs";
import { sourcesOf, type Source } from "./breakdown-sources";
import { capacityLine, headline } from "./memory-card";
import { nextStep, whatIsMissing } from "./plan-text";
import type { Plans } from "../workspace/plans";

/** All that is known of a server's memory: plain data, which a page lays out. Texts may hold `` `code` ``. */
export interface Breakdown {
  readonly title: string;
  readonly headline: string;
  readonly verdict: Verdict;
  /** Why it does not fit, or what is missing for a plan. */
  readonly reasons: readonly string[];
  /** What vLLM prints when it refuses to start. */
  readonly failureText: string | undefined;
  readonly capacity: string | undefined;
  readonly next: string | undefined;
  readonly bar: MemoryBar | undefined;
  /** Every number of the fullest GPU in the order in which they follow from each other, then those of the pod on its node. */
  readonly numbers: readonly NumberRow[];
  readonly inputs: readonly InputRow[];
  readonly loading: LoadTimes | undefined;
  readonly sources: readonly Source[];
}

export interface MemoryBar {
  readonly segments: readonly Segment[];
  readonly totalGib: number;
  readonly total: string;
  /** Where vLLM's budget ends, GiB. */
  readonly budgetGib: number | undefined;
}

export interface NumberRow {
  readonly name: string;
  readonly value: string;
  /** `14.1 to 14.6 GiB`; undefined where the number is exact. */
  readonly band: string | undefined;
  readonly formula: string;
}

export interface InputRow {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
  /** Where the manifest says so. */
  readonly place: { readonly path: string; readonly range: Range } | undefined;
}

export interface LoadTimes {
  /** From container start to ready; undefined when the size of the model is not known. */
  readonly total: string | undefined;
  readonly steps: readonly { readonly name: string; readonly takes: string; readonly basis: string }[];
}

export function breakdownOf(
  server: VllmServer,
  plans: Plans,
  locate: (spot: Spot) => InputRow["place"],
): Breakdown {
  const plan = plans.plan(server);
  const missing = whatIsMissing(server, plan);
  const rows = [...rowsOf(plan), ...hostRows(plans.host(server))];
  return {
    title: server.name,
    headline: headline(server, plan),
    verdict: plan.fits,
    reasons: plan.reasons.length > 0 || missing === undefined ? plan.reasons : [missing],
    failureText: plan.failureText,
    capacity: capacityLine(plan),
    next: nextStep(server, plan),
    bar: barOf(plan),
    numbers: numbersOf(rows),
    inputs: inputsOf(
      server,
      [...plan.assumptions, ...rows.flatMap(([, quantity]) => quantity?.inputs ?? [])],
      locate,
    ),
    loading: loadTimes(plans.load(server)),
    sources: sourcesOf(server, plan),
  };
}

function barOf(plan: MemoryPlan): MemoryBar | undefined {
  const segments = segmentsOf(plan);
  if (segments.length === 0 || !plan.total) return undefined;
  const { value } = plan.total;
  return { segments, totalGib: value, total: formatGib(value), budgetGib: plan.budget?.value };
}

type Row = readonly [name: string, quantity: Quantity | undefined, format: (value: number) => string];

function rowsOf(plan: MemoryPlan): readonly Row[] {
  const { kv } = plan;
  const graphs = plan.cudaGraphInBudget ? "inside the budget" : "on top of the budget";
  return [
    ["GPU memory", plan.total, formatGib],
    ["Budget of vLLM", plan.budget, formatGib],
    ["Weights", plan.weights, formatGib],
    ["Activations", plan.activation, formatGib],
    ["CUDA context and libraries", plan.nonTorch, formatGib],
    [`CUDA graphs, ${graphs}`, plan.cudaGraph, formatGib],
    ["KV cache", plan.kvCache, formatGib],
    ["KV cache of one token", kv.bytesPerToken, formatBytes],
    ["KV cache of one full-length request", kv.requestGib, formatGib],
    ["Tokens in the KV cache", kv.tokens, formatTokens],
    ["Length of a request", kv.maxModelLen, formatCount],
    ["Longest length that fits", kv.longestLength, formatCount],
    ["Full-length requests at once", kv.maxConcurrency, formatTimes],
    ["Weight files", plan.checkpoint, formatGib],
  ];
}

/** One pod on its node; what it does not need at all is left out. */
function hostRows({ ram, ramLimitGib, shm, ephemeral, ephemeralLimitGib }: HostPlan): readonly Row[] {
  const of = (limit: number | undefined): string =>
    limit === undefined ? "" : `, of a limit of ${formatGib(limit)}`;
  return [
    [`Memory of the container${of(ramLimitGib)}`, ram, formatGib],
    ["Shared memory in /dev/shm", shm?.value === 0 ? undefined : shm, formatGib],
    [
      `Disk of the node for the download${of(ephemeralLimitGib)}`,
      ephemeral?.value === 0 ? undefined : ephemeral,
      formatGib,
    ],
  ];
}

function numbersOf(rows: readonly Row[]): readonly NumberRow[] {
  return rows.flatMap(([name, quantity, format]) => {
    if (!quantity) return [];
    const [low, high] = [format(quantity.low), format(quantity.high)];
    const band = low === high ? undefined : `${low} to ${high}`;
    const value = format(quantity.value);
    return {
      name,
      value: band === undefined ? value : approximately(value),
      band,
      formula: quantity.formula,
    };
  });
}

function loadTimes({ lowSeconds, highSeconds, parts }: LoadEstimate): LoadTimes | undefined {
  if (parts.length === 0) return undefined;
  const range = (low: number, high: number): string => `${formatSeconds(low)} to ${formatSeconds(high)}`;
  const known = lowSeconds !== undefined && highSeconds !== undefined;
  return {
    total: known ? range(lowSeconds, highSeconds) : undefined,
    steps: parts.map((part) => ({
      name: part.name,
      takes: range(part.lowSeconds, part.highSeconds),
      basis: part.basis,
    })),
  };
}
