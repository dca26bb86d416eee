import { durationRange } from "../../rules/wording";
import type { LoadTime } from "../../rules/startup/load-time";
import { formatGib, formatTokens } from "../../sizing/format";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import { shortGpuName } from "../memory/plan-text";
import { simulateBoth } from "../scaling/simulation";
import { secondsText } from "../scaling/simulation-text";
import type { Workspace } from "../workspace/workspace";
import type { Answers } from "./answers";
import { FULL, rentedGb, TOKEN_SECONDS, type Choice, type NoChoice } from "./choice";
import { CLOUDS } from "./clouds";
import { claimOf, type Design, PROBE_SECONDS } from "./deployment";
import { PROMETHEUS, RELEASE } from "./files";

export interface Facts {
  readonly answers: Answers;
  readonly choice: Choice;
  readonly design: Design;
  readonly plan: MemoryPlan;
  readonly time: LoadTime | undefined;
  readonly storageGib: number;
}

/** What was chosen and why; each number with where it comes from. */
export function summaryOf(facts: Facts): readonly string[] {
  return [
    gpuSentence(facts),
    memorySentence(facts),
    lengthSentence(facts),
    batchSentence(facts),
    replicasSentence(facts),
    ...startSentence(facts),
  ];
}

/** The same, short, above the Deployment. */
export function reasonsFor(facts: Facts): readonly string[] {
  return [gpuSentence(facts), memorySentence(facts), batchSentence(facts), ...startSentence(facts)];
}

function gpuSentence({ answers, choice }: Facts): string {
  const { entry, tensor, replicas } = choice;
  const cards = `${tensor} x ${entry.name} for each replica`;
  if (answers.gpu !== undefined)
    return `${cards}: the card is given, and ${tensor} of it ${tensor === 1 ? "is" : "are"} enough.`;
  return `${cards}: of the cards that ${CLOUDS[answers.cloud].title} rents, the least GPU memory for this load, ${rentedGb(choice)} GB on ${replicas * tensor} ${replicas * tensor === 1 ? "GPU" : "GPUs"}; prices are not known here.`;
}

function memorySentence({ plan }: Facts): string {
  const { weights, total, kvCache, kv } = plan;
  return `Of ${formatGib(total?.value ?? 0)} on each GPU, weights take ${formatGib(weights?.value ?? 0)} and the KV cache ${formatGib(kvCache?.value ?? 0)}, ${formatTokens(kv.tokens?.value ?? 0)} tokens (at least ${formatTokens(kv.tokens?.low ?? 0)}): memory plan, ${plan.model?.source ?? "model"}.`;
}

function lengthSentence({ answers: { load }, design }: Facts): string {
  return `max-model-len ${design.length}: room for twice the average prompt and answer (${load.prompt} + ${load.answer} tokens), rounded up to a power of two; at least 4096, at most what the model has.`;
}

function batchSentence({ answers: { load }, choice }: Facts): string {
  const { sequences, tokenSeconds } = choice;
  const speed = 1 / tokenSeconds;
  return `max-num-seqs ${sequences}: so many requests of ${load.prompt + load.answer} tokens find room in the cache, and each still gets about ${speed.toPrecision(2)} tokens a second (step time as simulated${tokenSeconds > TOKEN_SECONDS ? "; slower than people read" : ""}).`;
}

function replicasSentence({ answers: { load }, choice }: Facts): string {
  const { replicas, rate, sequences } = choice;
  const what =
    load.kind === "rate"
      ? `${load.amount} ${load.amount === 1 ? "request" : "requests"} a second, of which a full replica serves ${rate.toPrecision(2)} (capacity as simulated, off by up to a third where it was measured)`
      : `${load.amount} users at once, of which a replica takes ${sequences}`;
  return `${replicas} ${replicas === 1 ? "replica" : "replicas"} for ${what}, kept at ${FULL * 100} %; KEDA adds more when the load grows.`;
}

function startSentence({ time, design }: Facts): readonly string[] {
  if (!time) return [];
  return [
    `Loading from the volume takes ${durationRange(time.low, time.high)} (load estimate); the startup probe allows ${Math.round((design.startupFailures * PROBE_SECONDS) / 60)} min, twice the long end.`,
  ];
}

/** What the simulator makes of the autoscaler under that very load; nothing when it would take too long. */
export function simulatedSentences(
  workspace: Workspace,
  path: string,
  { load }: Answers,
  choice: Choice,
): readonly string[] {
  const rate = load.kind === "rate" ? load.amount : load.amount / (load.answer * choice.tokenSeconds);
  const seconds = Math.min(900, Math.floor(MOST_REQUESTS / rate));
  const file = workspace.file(path);
  if (!file || seconds < 60) return [];
  const answer = simulateBoth({ file, folder: workspace.folderOf(path) }, undefined, {
    profile: "step",
    low: rate,
    high: rate,
    seconds,
    prompt: load.prompt,
    output: load.answer,
  });
  if ("problem" in answer) return [];
  const { requests, ttft95, peakReplicas } = answer.before.summary;
  if (ttft95 === undefined) return [];
  return [
    `Simulated for ${Math.round(seconds / 60)} min: ${requests} requests, the first token after ${secondsText(ttft95)} at the 95th percentile, ${peakReplicas} ${peakReplicas === 1 ? "replica" : "replicas"} at most.`,
  ];
}

const MOST_REQUESTS = 10_000;

/** What nobody but a person can do, in order. */
export function stepsFor({ answers, design, storageGib }: Facts): readonly string[] {
  const { storage } = CLOUDS[answers.cloud];
  const { namespace, name } = design;
  const className = storage
    ? `the storage class ${storage.className} (${storage.origin})`
    : "a default storage class with ReadWriteMany";
  return [
    `The cluster has KEDA, the Prometheus operator at ${PROMETHEUS} with the release label ${RELEASE}, and ${className}.`,
    `kubectl create namespace ${namespace}; for a gated model also: kubectl -n ${namespace} create secret generic hf-token --from-literal=token=...`,
    `kubectl apply -f model-volume.yaml && kubectl -n ${namespace} wait --for=condition=complete --timeout=2h job/${claimOf({ name })}-fill (a volume of ${storageGib}Gi)`,
    "kubectl apply -k .",
  ];
}

/** Why there is no choice, with the number that stands in the way. */
export function nothingFits(answers: Answers, { model }: PlanInput, { nearest, problem }: NoChoice): string {
  const where = CLOUDS[answers.cloud].title;
  if (problem !== undefined) return `${answers.model}: ${problem}`;
  if (!nearest?.gpu)
    return answers.gpu === undefined
      ? `No card that ${where} rents can be shared out over ${model?.shape.heads ?? 0} attention heads.`
      : `Nothing that the catalogue knows of ${where} has a machine with ${answers.gpu}.`;
  const cards = `${nearest.gpus ?? 1} x ${shortGpuName(nearest.gpu)}`;
  const machines = `any machine that ${where} rents${answers.gpu === undefined ? "" : ` with ${answers.gpu}`}`;
  const weights = formatGib(nearest.weights?.value ?? 0);
  return `${answers.model} does not fit with room for this load on ${machines}: the largest has ${cards}, with ${weights} of weights on each. ${reasonOf(nearest, answers)} More machines are another design: see the snippet vllm-multi-node.`;
}

function reasonOf({ fits, reasons, kv }: MemoryPlan, { load }: Answers): string {
  if (fits !== "yes") return reasons.join(" ");
  const tokens = formatTokens(kv.tokens?.low ?? 0);
  return `The KV cache has ${tokens} tokens at least, too few for eight requests of ${load.prompt + load.answer} or two of the full length.`;
}
