import { calibrationKey, type Calibration } from "../../sizing/calibration";
import { formatCount, formatGib, formatTimes } from "../../sizing/format";
import { readLog, type StartLog } from "../../sizing/log";
import { planMemory } from "../../sizing/plan";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import { GIB, type Quantity } from "../../sizing/quantity";
import type { VllmServer } from "../../vllm/model";
import { formatVersion } from "../../vllm/version";
import { headline } from "../memory/memory-card";

/** What vLLM printed beside what was planned. GiB is 2^30 bytes, on the fullest GPU. */
export interface Comparison {
  readonly title: string;
  readonly headline: string;
  /** How the workspace file names the workload. */
  readonly key: string;
  readonly rows: readonly ComparedRow[];
  /** Why the log may be of another server, or cannot be kept. */
  readonly notes: readonly string[];
  readonly failures: readonly string[];
  /** What would be kept; undefined when the log does not tell enough, or was printed by something else. */
  readonly calibration: Calibration | undefined;
  /** A calibration of this workload is in force already. */
  readonly isCalibrated: boolean;
}

export interface ComparedRow {
  readonly name: string;
  readonly printed: string;
  readonly planned: string;
  /** `+0.41 GiB`: what vLLM printed, less what was planned. */
  readonly difference: string;
  readonly percent: string;
  /** Inside the error band; undefined when nothing was planned. */
  readonly isInside: boolean | undefined;
}

export function compareWithLog(server: VllmServer, input: PlanInput, text: string): Comparison {
  const log = readLog(text);
  // What was measured before must not hide what is measured now.
  const plan = planMemory({ ...input, measured: undefined });
  const notes = differences(server, input, log);
  const calibration = notes.length === 0 ? calibrationFrom(input, plan, log) : undefined;
  const isEmpty = rowsOf(plan, log).length === 0;
  if (isEmpty) notes.push("Nothing in this text is a line that vLLM prints about memory while it starts.");
  else if (!calibration && notes.length === 0)
    notes.push("The log does not say how much memory was left for the KV cache, or the plan does not.");
  return {
    title: server.name,
    headline: headline(server, plan),
    key: calibrationKey(server),
    rows: rowsOf(plan, log),
    notes,
    failures: log.failures,
    calibration,
    isCalibrated: input.measured?.overheadGib !== undefined,
  };
}

function differences(server: VllmServer, input: PlanInput, log: StartLog): string[] {
  const notes: string[] = [];
  const version = formatVersion(input.version);
  if (log.version !== undefined && plainVersion(log.version) !== version)
    notes.push(`The log is of vLLM ${log.version}, the manifest of ${version}.`);
  const model = server.engine.model.known ? server.engine.model.value : undefined;
  if (log.model !== undefined && model !== undefined && log.model !== model)
    notes.push(`The log is of \`${log.model}\`, the manifest of \`${model}\`.`);
  const tensor = input.tensorParallel ?? 1;
  if (log.tensorParallel !== undefined && log.tensorParallel !== tensor)
    notes.push(`The log is of tensor parallel size ${log.tensorParallel}, the manifest of ${tensor}.`);
  return notes;
}

function plainVersion(version: string): string {
  const [, major, minor, patch = "0"] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return `${major}.${minor}.${patch}`;
}

function rowsOf(plan: MemoryPlan, log: StartLog): readonly ComparedRow[] {
  const { kv } = plan;
  const sameLength = log.requestTokens === undefined || log.requestTokens === kv.maxModelLen?.value;
  const rows: readonly (ComparedRow | undefined)[] = [
    compared("Weights", log.weightsGib, plan.weights, formatGib),
    compared("Activations, at their peak", log.activationGib, plan.activation, formatGib),
    compared("CUDA context and libraries", log.nonTorchGib, plan.nonTorch, formatGib),
    compared("CUDA graphs", log.graphsGib, plan.cudaGraph, formatGib),
    compared("KV cache", log.kvCacheGib, plan.kvCache, formatGib),
    compared("Blocks of the KV cache", log.blocks, kv.blocks, formatCount),
    compared("Tokens in the KV cache", log.tokens, kv.tokens, formatCount),
    compared(
      "Full-length requests at once",
      log.maxConcurrency,
      sameLength ? kv.maxConcurrency : undefined,
      formatTimes,
    ),
  ];
  return rows.filter((row) => row !== undefined);
}

function compared(
  name: string,
  printed: number | undefined,
  planned: Quantity | undefined,
  format: (value: number) => string,
): ComparedRow | undefined {
  if (printed === undefined) return undefined;
  if (!planned)
    return {
      name,
      printed: format(printed),
      planned: "unknown",
      difference: "",
      percent: "",
      isInside: undefined,
    };
  const difference = printed - planned.value;
  const sign = difference < 0 ? "-" : "+";
  const percent = printed === 0 ? "" : `${sign}${Math.abs((100 * difference) / printed).toFixed(1)} %`;
  return {
    name,
    printed: format(printed),
    planned: format(planned.value),
    difference: sign + format(Math.abs(difference)),
    percent,
    // vLLM rounds what it prints to two decimals.
    isInside: printed >= planned.low - 0.01 && printed <= planned.high + 0.01,
  };
}

/** The pool decides: what was taken beyond the plan is what the pool is short of. */
function calibrationFrom(input: PlanInput, plan: MemoryPlan, log: StartLog): Calibration | undefined {
  const pool = log.kvCacheGib ?? fromTokens(plan, log);
  const { model, gpu } = input;
  if (pool === undefined || !plan.kvCache || !model || !gpu || log.failures.length > 0) return undefined;
  if (plan.kvCache.value <= 0 || input.kvCacheMemoryBytes !== undefined) return undefined;
  return {
    vllm: formatVersion(input.version),
    gpu: gpu.name,
    model: model.id,
    tensorParallel: input.tensorParallel ?? 1,
    overheadGib: Math.round((plan.kvCache.value - pool) * 100) / 100,
  };
}

/** Before 0.9.2 V1 printed the tokens alone; of a cache with one kind of layer they tell its size. */
function fromTokens(plan: MemoryPlan, log: StartLog): number | undefined {
  const kinds = new Set(plan.model?.shape.cache.map(({ kind }) => kind));
  const bytes = plan.kv.bytesPerToken?.value;
  if (log.tokens === undefined || bytes === undefined || kinds.size !== 1 || !kinds.has("full"))
    return undefined;
  return (log.tokens * bytes) / GIB;
}
