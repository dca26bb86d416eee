import { noMemoryText, outOfMemoryText, tooLongText } from "./failure";
import { formatGib, formatTokens } from "./format";
import type { CachePlan, PlanInput, Verdict } from "./plan-types";
import type { Quantity } from "./quantity";
import { settingText } from "./setting-flags";
import type { Settings } from "./settings";

export interface Judged {
  readonly fits: Verdict;
  readonly reasons: readonly string[];
  readonly failureText: string | undefined;
}

export interface Evidence {
  readonly input: PlanInput;
  readonly settings: Settings;
  readonly total: Quantity | undefined;
  readonly budget: Quantity | undefined;
  readonly weights: Quantity | undefined;
  readonly activation: Quantity | undefined;
  readonly nonTorch: Quantity | undefined;
  /** Not clamped: negative when something is missing. */
  readonly kvCache: Quantity | undefined;
  readonly kv: CachePlan;
}

/** "no" only when the whole band fails, "tight" when a part of it does. */
export function verdict(e: Evidence): Judged {
  const unknown = missing(e);
  if (e.weights && e.total && e.weights.low > e.total.high) {
    return {
      fits: "no",
      reasons: [
        `The weights take ${formatGib(e.weights.value)} per GPU, more than the ${formatGib(e.total.value)} of the GPU.`,
      ],
      failureText: outOfMemoryText(e.total.value),
    };
  }
  if (e.weights && e.budget && e.weights.low > e.budget.high && e.input.kvCacheMemoryBytes === undefined) {
    return {
      fits: "no",
      reasons: [
        `The weights take ${formatGib(e.weights.value)} per GPU, more than the ${formatGib(e.budget.value)} that the utilization allows.`,
      ],
      failureText: noMemoryText(e.input.version),
    };
  }
  if (e.kvCache === undefined) return { fits: "unknown", reasons: unknown, failureText: undefined };
  const pinned = pinnedProblem(e);
  if (pinned) return pinned;
  if (e.kvCache.high <= 0) {
    return {
      fits: "no",
      reasons: [`Nothing is left for the KV cache: ${formatGib(-e.kvCache.value)} are missing.`],
      failureText: noMemoryText(e.input.version),
    };
  }
  return lengthVerdict(e, unknown);
}

function lengthVerdict(e: Evidence, unknown: string[]): Judged {
  const need = e.kv.requestGib;
  const pool = e.kvCache;
  if (need === undefined || pool === undefined) {
    return pool && pool.low > 0
      ? { fits: "unknown", reasons: unknown, failureText: undefined }
      : {
          fits: "tight",
          reasons: ["The memory left for the KV cache may be nothing."],
          failureText: undefined,
        };
  }
  if (e.settings.autoLength) {
    const tight = pool.low <= 0;
    return {
      fits: tight ? "tight" : "yes",
      reasons: tight ? ["The memory left for the KV cache may be nothing."] : [],
      failureText: tight ? noMemoryText(e.input.version) : undefined,
    };
  }
  const length = e.kv.maxModelLen?.value ?? 0;
  const longest = Math.floor(e.kv.longestLength?.value ?? 0);
  if (need.value <= Math.max(0, pool.low)) return { fits: "yes", reasons: [], failureText: undefined };
  const text =
    pool.value <= 0
      ? noMemoryText(e.input.version)
      : tooLongText(e.input.version, {
          length,
          neededGib: need.value,
          availableGib: pool.value,
          longest,
          tokens: e.kv.tokens?.value ?? longest,
        });
  const sentence = `One request of ${formatTokens(length)} tokens needs ${formatGib(need.value)} of KV cache; about ${formatGib(Math.max(0, pool.value))} are there`;
  const advice = longest > 0 && longest < length ? `; ${formatTokens(longest)} tokens would fit.` : ".";
  return { fits: need.value > pool.high ? "no" : "tight", reasons: [sentence + advice], failureText: text };
}

/** With the cache pinned in bytes nothing guards the rest of the device. */
function pinnedProblem(e: Evidence): Judged | undefined {
  if (
    e.input.kvCacheMemoryBytes === undefined ||
    !e.total ||
    !e.weights ||
    !e.activation ||
    !e.nonTorch ||
    !e.kvCache
  )
    return undefined;
  const parts = [e.kvCache, e.weights, e.activation, e.nonTorch];
  const least = parts.reduce((sum, part) => sum + part.low, 0);
  const likely = parts.reduce((sum, part) => sum + part.value, 0);
  if (least > e.total.high) {
    return {
      fits: "no",
      reasons: [
        `The pinned KV cache, weights and activations take at least ${formatGib(least)} of ${formatGib(e.total.value)}.`,
      ],
      failureText: outOfMemoryText(e.total.value),
    };
  }
  if (likely > 0.97 * e.total.value) {
    return {
      fits: "tight",
      reasons: [
        `The pinned KV cache, weights and activations take about ${formatGib(likely)} of ${formatGib(e.total.value)}.`,
      ],
      failureText: outOfMemoryText(e.total.value),
    };
  }
  return undefined;
}

/** More unknown values than this have one cause: the command is not seen as a whole. */
const FEW = 3;

function missing(e: Evidence): string[] {
  const out: string[] = [];
  if (e.input.model === undefined) out.push("The model's dimensions are not known.");
  if (e.input.gpu === undefined) out.push("The GPU is not known.");
  const names = (e.input.unknown ?? []).map(settingText);
  if (names.length <= FEW) out.push(...names.map((name) => `The value of ${name} is not known.`));
  else {
    const more = `${names.slice(0, FEW).join(", ")} and ${names.length - FEW} more`;
    out.push(`Not all arguments of the server are known: the values of ${more}.`);
  }
  return out;
}
