import { findGpu, type GpuEntry } from "../../data/gpus";
import { migrationTarget, NEWEST_TARGET } from "../migration/migrate";
import { CLOUD_NAMES, type Cloud } from "./clouds";

/** What a person expects to come in, at a busy hour. Lengths in tokens, on average. */
export interface ExpectedLoad {
  /** Requests a second, or requests in flight at once. */
  readonly kind: "rate" | "users";
  readonly amount: number;
  readonly prompt: number;
  readonly answer: number;
}

export interface Answers {
  /** A model as the Hub names it. */
  readonly model: string;
  /** A card by any of its names; undefined for "what do I need". */
  readonly gpu?: string | undefined;
  readonly load: ExpectedLoad;
  readonly namespace: string;
  readonly cloud: Cloud;
  /** A vLLM release; the newest when absent. */
  readonly version?: string | undefined;
}

export const USUAL_LOAD: ExpectedLoad = { kind: "rate", amount: 1, prompt: 512, answer: 256 };
export const USUAL_NAMESPACE = "llm-inference";

const MOST: Readonly<Record<ExpectedLoad["kind"], number>> = { rate: 10_000, users: 100_000 };
const MOST_TOKENS = 1_000_000;

/** What is wrong with one answer, in a sentence; undefined when nothing is. The steps of a form ask one by one. */
export const problemWith = {
  model: (text: string): string | undefined =>
    /^[\w.-]+\/[\w.-]+$/.test(text) && text.length <= 200
      ? undefined
      : "A model is named as on the Hugging Face Hub: owner/name.",
  gpu(text: string): string | undefined {
    const entry = gpuNamed(text);
    if (!entry) return `${quoted(text)} is no GPU that the catalogue knows.`;
    return entry.vendor === "NVIDIA"
      ? undefined
      : `Only NVIDIA's GPUs so far: ${entry.name} needs another image and other resources.`;
  },
  namespace: (text: string): string | undefined =>
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)
      ? undefined
      : "A namespace has up to 63 lower-case letters, digits and hyphens.",
  cloud: (text: string): string | undefined =>
    CLOUD_NAMES.some((name) => name === text) ? undefined : `The cloud is one of ${CLOUD_NAMES.join(", ")}.`,
  version: (text: string): string | undefined =>
    migrationTarget(text) ? undefined : `A release of vLLM like 0.11.0, up to ${NEWEST_TARGET}.`,
  amount: (kind: ExpectedLoad["kind"], amount: number): string | undefined =>
    amount > 0 && amount <= MOST[kind]
      ? undefined
      : `${kind === "rate" ? "The rate is" : "There are"} above 0 and at most ${MOST[kind]} ${kind === "rate" ? "requests a second" : "users at once"}.`,
  tokens: (tokens: number): string | undefined =>
    Number.isInteger(tokens) && tokens >= 1 && tokens <= MOST_TOKENS
      ? undefined
      : `Prompts and answers have between 1 and ${MOST_TOKENS} tokens.`,
};

/** Every problem of the answers. */
export function problemsOf({ model, gpu, load, namespace, cloud, version }: Answers): readonly string[] {
  const problems = [
    problemWith.model(model),
    gpu === undefined ? undefined : problemWith.gpu(gpu),
    problemWith.amount(load.kind, load.amount),
    problemWith.tokens(load.prompt) ?? problemWith.tokens(load.answer),
    problemWith.namespace(namespace),
    problemWith.cloud(cloud),
    version === undefined ? undefined : problemWith.version(version),
  ];
  return problems.flatMap((problem) => problem ?? []);
}

/** Only a whole card: a slice or an instance type is another question. */
export function gpuNamed(text: string): GpuEntry | undefined {
  const found = findGpu(text);
  return found && !found.mig ? found.entry : undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
