import { gpuEntries, type GpuEntry } from "../../data/gpus";
import { sustainableRate, capacityOf, type Capacity } from "../../simulation/capacity";
import { stepSeconds } from "../../simulation/speed";
import { gpuSpec } from "../../sizing/gpu-catalogue";
import type { LoadEstimate } from "../../sizing/load";
import { planMemory } from "../../sizing/plan";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import { isOffered } from "../what-if/gpu-choice";
import type { ExpectedLoad } from "./answers";
import { CLOUDS, rents, type Cloud, type Selector } from "./clouds";
import { cpusFor } from "./deployment";

/** A way to run the model: so many of a card for each replica, so many replicas. */
export interface Choice {
  readonly entry: GpuEntry;
  readonly selector: Selector;
  readonly tensor: number;
  readonly sequences: number;
  /** For the load that is expected. */
  readonly replicas: number;
  readonly plan: MemoryPlan;
  readonly capacity: Capacity;
  /** Requests a second of one replica, with its batch full. */
  readonly rate: number;
  /** Seconds between two tokens of a request, with the batch full. */
  readonly tokenSeconds: number;
}

/** Why nothing was chosen: the plan that came nearest, on most memory. */
export interface NoChoice {
  readonly nearest: MemoryPlan | undefined;
  /** What is missing to tell how fast it would be. */
  readonly problem?: string;
}

/** At the expected load replicas are three quarters full, where the autoscaler asks for another. */
export const FULL = 0.75;
/** Ten tokens a second are about as fast as people read. */
export const TOKEN_SECONDS = 0.1;

const TENSOR = [1, 2, 4, 8];
const SEQUENCES = [256, 128, 64, 32, 16, 8];
/** Requests of the full length at once, below which a second one waits for the first. */
const WHOLE_REQUESTS = 2;

/**
 * The least GPU memory to rent for the load, over all replicas: prices differ by contract and week, memory does not. Of equal ones
 * the fewest cards, then those with the most room.
 */
export function choose(
  input: PlanInput,
  load: ExpectedLoad,
  cloud: Cloud,
  gpu: GpuEntry | undefined,
): Choice | NoChoice {
  const entries = gpu ? [gpu] : gpuEntries().filter((entry) => isSuggested(entry, input));
  let nearest: NoChoice = { nearest: undefined };
  const choices: Choice[] = [];
  for (const entry of entries) {
    for (const tensor of TENSOR) {
      const selector = selectorFor(cloud, entry, tensor);
      if (!selector || (input.model?.shape.heads ?? 0) % tensor !== 0) continue;
      const found = bestBatch(onto(input, entry, tensor), load);
      if ("tokenSeconds" in found) choices.push({ ...found, entry, selector, tensor });
      else if (memoryOf(found) >= memoryOf(nearest)) nearest = found;
    }
  }
  return choices.sort(byMemory)[0] ?? nearest;
}

/** The label that leads to nodes with so many of a card; undefined where the cloud has none such. */
export function selectorFor(cloud: Cloud, entry: GpuEntry, tensor: number): Selector | undefined {
  return rents(cloud, entry, tensor) ? CLOUDS[cloud].selector(entry, tensor, cpusFor(tensor)) : undefined;
}

function isSuggested(entry: GpuEntry, { version }: PlanInput): boolean {
  return entry.vendor === "NVIDIA" && entry.bf16 === true && isOffered(entry, version);
}

function onto(input: PlanInput, entry: GpuEntry, tensor: number): PlanInput {
  return {
    ...input,
    gpu: gpuSpec({ entry, mig: undefined, count: undefined }, "chosen"),
    tensorParallel: tensor,
    dtype: entry.bf16 === true ? input.dtype : "half",
    unknown: input.unknown?.filter((name) => name !== "gpu"),
  };
}

type Batch = Pick<Choice, "sequences" | "replicas" | "plan" | "capacity" | "rate" | "tokenSeconds">;

/** As many requests at once as find room for all their tokens and still get theirs at reading speed. */
function bestBatch(input: PlanInput, load: ExpectedLoad): Batch | NoChoice {
  let nearest: MemoryPlan | undefined;
  for (const sequences of SEQUENCES) {
    const settings = { ...input, maxNumSeqs: sequences };
    const plan = planMemory(settings);
    nearest = plan;
    if (plan.fits !== "yes" || (plan.kv.maxConcurrency?.low ?? 0) < WHOLE_REQUESTS) continue;
    if ((plan.kv.tokens?.low ?? 0) < sequences * (load.prompt + load.answer)) continue;
    const capacity = capacityOf(settings, plan, NOT_LOADED);
    if ("problem" in capacity) return { nearest, problem: capacity.problem };
    const tokenSeconds = secondsForToken(capacity, load, sequences);
    if (tokenSeconds > TOKEN_SECONDS && sequences > SMALLEST) continue;
    const rate = sustainableRate(capacity, load.prompt, load.answer);
    const one = FULL * (load.kind === "rate" ? rate : sequences);
    return { sequences, replicas: Math.ceil(load.amount / one), plan, capacity, rate, tokenSeconds };
  }
  return { nearest };
}

const SMALLEST = Math.min(...SEQUENCES);

/** How long it takes to load is asked once the choice is made. */
const NOT_LOADED: LoadEstimate = { lowSeconds: undefined, highSeconds: undefined, parts: [] };

/** A step decodes one token of each running request and computes the prompts of those that come in meanwhile. */
function secondsForToken(
  { work, hardware, batchedTokens }: Capacity,
  { prompt, answer }: ExpectedLoad,
  running: number,
): number {
  const context = running * (prompt + answer / 2);
  const prefill = Math.min(batchedTokens, (running * prompt) / answer);
  return stepSeconds({ decoding: running, context, prefill }, work, hardware);
}

function memoryOf({ nearest }: NoChoice): number {
  return (nearest?.total?.value ?? 0) * (nearest?.gpus ?? 0);
}

/** GB of all cards, as they are sold. */
export function rentedGb({ entry, tensor, replicas }: Choice): number {
  return entry.marketingGb * tensor * replicas;
}

function byMemory(a: Choice, b: Choice): number {
  return (
    rentedGb(a) - rentedGb(b) ||
    a.replicas * a.tensor - b.replicas * b.tensor ||
    b.rate * b.replicas - a.rate * a.replicas ||
    (a.entry.name < b.entry.name ? -1 : 1)
  );
}
