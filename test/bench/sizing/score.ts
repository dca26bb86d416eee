import { planMemory } from "../../../src/sizing/plan";
import type { MemoryPlan } from "../../../src/sizing/plan-types";
import { type Peer } from "./peers";
import { heldOut, inputOf, type Row, rows, unseen } from "./rows";

export interface Scored {
  readonly row: Row;
  readonly plan: MemoryPlan;
}

const score = (row: Row): Scored => ({ row, plan: planMemory(inputOf(row)) });

export const scored: readonly Scored[] = rows.map(score);
export const scoredHeldOut: readonly Scored[] = heldOut.map(score);
export const scoredUnseen: readonly Scored[] = unseen.map(score);

/** Signed relative errors by row. */
export type Errors = readonly { readonly row: Row; readonly error: number }[];

export interface Answers {
  readonly weights: Errors;
  readonly pool: Errors;
  readonly tokenBytes: Errors;
  readonly concurrency: Errors;
}

/** A row counts when its log names model, GPU and TP itself; a single GPU read from the context is fine. */
export function isStrict(row: Row): boolean {
  return !(row.inferred ?? []).some((what) => what !== "tp-one" && what !== "outcome");
}

/** As strict, but an inferred version is taken for granted, and so is the name of a card whose memory the log prints. */
export function isNamed(row: Row): boolean {
  return !(row.inferred ?? []).some(
    (what) => what === "model" || what === "tp" || (what === "gpu" && row.totalGib === undefined),
  );
}

/** Pools above what the device's memory explains: another process, or a build that patches the memory code. */
export const EXPLAINED: Readonly<Record<string, string>> = {
  "vllm-11230-qwen25-72b-gptq-0.6.4": "0.6.4 charges other processes to this one",
  "vllm-llama3-8b-a100-40-act9": "a token budget that the log does not show",
  "vllm-10533-qwen25-14b-gptq-shared-a100": "0.6.4 charges the other server on the card to this one",
  "idx-qwen36-35b-a3b-nvfp4-5090-8k": "the source names two utilisations",
  "llmd-gptoss120b-h100-tp1": "a published row that contradicts itself",
};

export function errorsOf(keep: (row: Row) => boolean, from = scored): Answers {
  const kept = from.filter(
    ({ row, plan }) => keep(row) && plan.model !== undefined && EXPLAINED[row.id] === undefined,
  );
  return {
    weights: relative(
      kept,
      (s) => s.plan.weights?.value,
      (s) => (s.row.tp === undefined ? undefined : s.row.observed.weights_gib),
    ),
    pool: relative(
      kept,
      (s) => s.plan.kvCache?.value,
      (s) => (started(s.row) || s.row.observed.kv_needed_gib ? s.row.observed.kv_cache_gib : undefined),
    ),
    tokenBytes: relative(
      kept,
      (s) => s.plan.kv.bytesPerToken?.value,
      (s) => tokenBytes(s.row),
    ),
    concurrency: relative(
      kept,
      (s) => s.plan.kv.maxConcurrency?.value,
      (s) => sameLength(s),
    ),
  };
}

export function peerErrors(peer: Peer, keep: (row: Row) => boolean, from = scored): Answers {
  const kept = from.filter(
    ({ row, plan }) => keep(row) && plan.model !== undefined && EXPLAINED[row.id] === undefined,
  );
  const of = (pick: "weightsGib" | "poolGib" | "concurrency") => (s: Scored) =>
    peer.answer(inputOf(s.row), s.plan)?.[pick];
  return {
    weights: relative(kept, of("weightsGib"), (s) =>
      s.row.tp === undefined ? undefined : s.row.observed.weights_gib,
    ),
    pool: relative(kept, of("poolGib"), (s) => (started(s.row) ? s.row.observed.kv_cache_gib : undefined)),
    tokenBytes: [],
    concurrency: relative(kept, of("concurrency"), (s) => sameLength(s)),
  };
}

function relative(
  list: readonly Scored[],
  ours: (s: Scored) => number | undefined,
  theirs: (s: Scored) => number | undefined,
): Errors {
  return list.flatMap((s) => {
    const [a, b] = [ours(s), theirs(s)];
    return a === undefined || b === undefined || b <= 0 || !Number.isFinite(a)
      ? []
      : [{ row: s.row, error: a / b - 1 }];
  });
}

export function started(row: Row): boolean {
  return row.observed.outcome === "ok" || row.observed.outcome === "oom_runtime";
}

export function failed(row: Row): boolean {
  return row.observed.outcome === "kv_too_small" || row.observed.outcome === "oom_load";
}

function sameLength({ row, plan }: Scored): number | undefined {
  const at = row.observed.concurrency_len;
  if (row.observed.max_concurrency === undefined) return undefined;
  return at === undefined || at === plan.kv.maxModelLen?.value ? row.observed.max_concurrency : undefined;
}

/** Pool over tokens; V0 logs print blocks of 16 tokens. Rounded logs (whole thousands) are left out. */
function tokenBytes(row: Row): number | undefined {
  const { kv_cache_gib: gib, kv_tokens: tokens, gpu_blocks: blocks } = row.observed;
  const count = tokens ?? (blocks === undefined ? undefined : blocks * (row.block ?? 16));
  if (gib === undefined || count === undefined || gib < 0.3 || count % 5000 === 0) return undefined;
  return (gib * 2 ** 30) / count;
}

export function mean(errors: Errors): number {
  return errors.reduce((sum, { error }) => sum + Math.abs(error), 0) / Math.max(1, errors.length);
}

export function quantile(errors: Errors, q: number): number {
  const sizes = errors.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  return sizes[Math.min(sizes.length - 1, Math.floor(q * sizes.length))] ?? 0;
}

export function worst(errors: Errors): { row: Row; error: number } | undefined {
  return [...errors].sort((a, b) => Math.abs(b.error) - Math.abs(a.error))[0];
}
