import { failuresFor } from "../../rules/startup/load-time";
import { sharedMemoryGib } from "../../rules/storage/shm-missing";
import type { HostPlan } from "../../sizing/host";
import type { PlanInput } from "../../sizing/plan-types";
import { NEWEST } from "../../vllm/version";
import { migrationTarget } from "../migration/migrate";
import type { ModelLookup } from "../workspace/plans";
import { gpuNamed, problemsOf, type Answers, type ExpectedLoad } from "./answers";
import { choose, type Choice } from "./choice";
import { cpusFor, nameFor, PROBE_SECONDS, type Design } from "./deployment";
import { draftOf, pathOf } from "./draft";
import { filesOf, type NewFile } from "./files";
import { nothingFits, reasonsFor, simulatedSentences, stepsFor, summaryOf, type Facts } from "./summary";
import { claimGib } from "./volume";

export type { Answers, ExpectedLoad } from "./answers";
export type { NewFile } from "./files";

/** A set of manifests for one model; or no files, and the reasons. */
export interface Creation {
  /** The name of its objects, and of a folder for them. */
  readonly name: string;
  readonly files: readonly NewFile[];
  /** What was chosen, a sentence each, numbers with where they come from. */
  readonly summary: readonly string[];
  /** What is left to a person, in order. */
  readonly steps: readonly string[];
  readonly problems: readonly string[];
}

/** Everything that a model needs to be served under a load: sized, scaled, watched. It depends on nothing but the answers and what is known of the model. */
export function create(answers: Answers, lookup?: ModelLookup): Creation {
  // Servers have the model as a path; a host knows its files by its name.
  const models: ModelLookup | undefined = lookup && ((id) => lookup(id) ?? lookup(answers.model));
  const name = nameFor(answers.model);
  const failed = (...problems: readonly string[]): Creation => ({
    name,
    files: [],
    summary: [],
    steps: [],
    problems,
  });
  const wrong = problemsOf(answers);
  if (wrong.length > 0) return failed(...wrong);
  const first = firstDesign(name, answers);
  const { input } = draftOf(first, models);
  const problem = modelProblem(answers.model, input, answers.load);
  if (problem !== undefined) return failed(problem);
  const length = lengthFor(answers.load, input);
  const sized = { ...input, maxModelLen: length };
  const gpu = answers.gpu === undefined ? undefined : gpuNamed(answers.gpu);
  const choice = choose(sized, answers.load, answers.cloud, gpu);
  if (!("plan" in choice)) return failed(nothingFits(answers, sized, choice));
  if (choice.replicas > MOST_REPLICAS) return failed(tooMany(choice));
  return { name, ...finished(answers, choice, { ...first, length }, models), problems: [] };
}

/** Beyond that it is a platform, not a Deployment. */
const MOST_REPLICAS = 200;

function tooMany({ replicas, tensor, entry }: Choice): string {
  return `This load takes about ${replicas} replicas of ${tensor} x ${entry.name}; more than ${MOST_REPLICAS} are not written as one Deployment.`;
}

function finished(
  answers: Answers,
  choice: Choice,
  first: Design,
  models: ModelLookup | undefined,
): Pick<Creation, "files" | "summary" | "steps"> {
  const { entry, selector, tensor, sequences, replicas } = choice;
  const half = entry.bf16 !== true;
  const shmGib = sharedMemoryGib(tensor);
  const cpus = cpusFor(tensor);
  const chosen: Design = { ...first, selector, tensor, sequences, replicas, half, shmGib, cpus };
  const measured = draftOf(chosen, models);
  const startupFailures = failuresFor(measured.time, PROBE_SECONDS);
  const design: Design = { ...chosen, startupFailures, memory: hostMemory(measured.host, chosen) };
  const draft = draftOf(design, models);
  const { plan, time } = draft;
  const storageGib = claimGib(plan.checkpoint?.high ?? 0);
  const facts: Facts = { answers, choice, design, plan, time, storageGib };
  const volume = { gib: storageGib, cloud: answers.cloud };
  const files = filesOf(design, draft, volume, reasonsFor(facts));
  for (const { path, text } of files) draft.workspace.set(pathOf(path), text);
  const simulated = simulatedSentences(draft.workspace, pathOf("scaled-object.yaml"), answers, choice);
  return { files, summary: [...summaryOf(facts), ...simulated], steps: stepsFor(facts) };
}

/** Steps of 4 GiB; the limit has room for all of /dev/shm. */
function hostMemory({ ram }: HostPlan, { memory, shmGib }: Design): Design["memory"] {
  if (!ram) return memory;
  const up = (gib: number): number => 4 * Math.ceil(gib / 4);
  return { request: up(ram.value), limit: up(ram.high + shmGib) };
}

const SHORTEST = 4096;

/** The plan of one on a GPU is not asked for yet. */
function firstDesign(name: string, { model, namespace, version }: Answers): Design {
  return {
    name,
    namespace,
    model,
    version: (version === undefined ? undefined : migrationTarget(version)) ?? NEWEST,
    selector: {},
    tensor: 1,
    length: SHORTEST,
    sequences: 256,
    half: false,
    replicas: 1,
    cpus: cpusFor(1),
    memory: { request: 16, limit: 24 },
    shmGib: sharedMemoryGib(1),
    startupFailures: 180,
  };
}

/** Room for requests of twice the average, in powers of two, as far as the model goes. */
function lengthFor({ prompt, answer }: ExpectedLoad, { model }: PlanInput): number {
  let length = SHORTEST;
  while (length < 2 * (prompt + answer)) length *= 2;
  return Math.min(length, model?.shape.maxLength ?? length);
}

function modelProblem(
  id: string,
  { model, modelProblem: why }: PlanInput,
  load: ExpectedLoad,
): string | undefined {
  if (!model)
    return `The size of ${id} is not known, so nothing can be worked out for it. ${why ?? "It is not in the catalogue; put its config.json where the setting `vllmK8s.models` or `models` in .vllm-k8s.yaml says."}`;
  const { modality, maxLength } = model.shape;
  if (modality !== "text" && modality !== "vision")
    return `${id} does not write text: for ${modality} models the load is counted otherwise than here.`;
  const asked = load.prompt + load.answer;
  if (maxLength !== undefined && asked > maxLength)
    return `${id} takes ${maxLength} tokens at most; prompt and answer have ${asked}.`;
  return undefined;
}
