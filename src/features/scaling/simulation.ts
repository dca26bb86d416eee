import { policyOf, type Policy } from "../../autoscaling/policy";
import { modelLabel, targetServers } from "../../autoscaling/target";
import { fieldOf, podField } from "../../kubernetes/containers";
import type { Scaler } from "../../kubernetes/model";
import { parseQuantity } from "../../kubernetes/quantity";
import { statedInterval, USUAL_INTERVAL } from "../../metrics/scrape-interval";
import type { Finding } from "../../rules/define";
import { loadTime } from "../../rules/startup/load-time";
import { sustainableRate, type Capacity } from "../../simulation/capacity";
import { namedProfile, readRecording, type Profile, type ProfileName } from "../../simulation/profile";
import { simulate, type Run, type Setup } from "../../simulation/run";
import type { VllmServer } from "../../vllm/model";
import { asScalar, numberAt, scalarAt } from "../../yaml/node";
import type { Folder } from "../workspace/folder";
import type { Side, Simulated, SimulationAnswer } from "./simulation-answer";
import { sentencesOf } from "./simulation-text";
import type { SourceFile, Workspace } from "../workspace/workspace";

export { PROFILE_NAMES, type ProfileName } from "../../simulation/profile";
export type { Side, Simulated, SimulationAnswer } from "./simulation-answer";

/** What a person may choose; the rest comes from the manifest. Times in seconds, lengths in tokens. */
export interface SimulationWish {
  /** A named profile, or the text of a recording. */
  readonly profile: ProfileName | { readonly recording: string };
  readonly seed?: number | undefined;
  readonly seconds?: number | undefined;
  /** Requests a second at the height of the profile, and at its foot. */
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  readonly prompt?: number | undefined;
  readonly output?: number | undefined;
  readonly coldStart?: number | undefined;
}

/** A file in its folder, as it is or as the fixes would leave it. */
export interface Place {
  readonly file: SourceFile;
  readonly folder: Folder;
}

export function placeIn(workspace: Workspace, path: string): Place | undefined {
  const file = workspace.file(path);
  return file && { file, folder: workspace.folderOf(path) };
}

/** Fixes of mistakes in how a server is scaled: what the picture of "after" shows. What is for information only is a trade of cost and speed. */
export function isScalingFix(finding: Finding): boolean {
  const isMistake = finding.severity === "error" || finding.severity === "warning";
  return isMistake && /^(autoscaling|metrics)\//.test(finding.rule.id) && finding.fixes().length > 0;
}

/** Long enough for any question, short enough for a picture. */
const LONGEST = 7 * 24 * 3600;
const MOST_PER_SECOND = 10_000;

export function simulateBoth(place: Place, fixed: Place | undefined, wish: SimulationWish): SimulationAnswer {
  const absurd = problemOf(wish);
  if (absurd !== undefined) return { problem: absurd };
  const before = prepare(place, wish);
  if ("problem" in before) return before;
  const own = simulate(before.setup);
  if ("problem" in own) return own;
  const after = fixed && prepare(fixed, wish, before.setup);
  const other = after && !("problem" in after) && changes(place, fixed) ? simulate(after.setup) : undefined;
  const side = (run: Run, policy: Policy): Side => ({ ...run, sentences: sentencesOf(run, policy) });
  return {
    title: `${before.scaler.object.kind} ${before.scaler.object.name ?? ""}`.trim(),
    profile: before.setup.profile.name,
    seed: before.setup.seed,
    load: loadOf(before.setup.profile),
    before: side(own, before.policy),
    after:
      other && !("problem" in other) && after && !("problem" in after)
        ? side(other, after.policy)
        : undefined,
    inputs: before.inputs,
  };
}

function changes(place: Place, fixed: Place | undefined): boolean {
  return (
    fixed !== undefined &&
    [...fixed.folder.files.values()].some((file) => place.folder.files.get(file.path)?.text !== file.text)
  );
}

function problemOf({ seconds, high, low, prompt, output, coldStart }: SimulationWish): string | undefined {
  const bad = (value: number | undefined, most: number, least = 0): boolean =>
    value !== undefined && !(value > least && value <= most);
  if (bad(seconds, LONGEST, 59)) return "The time must be between a minute and seven days.";
  if (bad(high, MOST_PER_SECOND) || bad(low, MOST_PER_SECOND, -1e-9))
    return `The rate must be above 0 and at most ${MOST_PER_SECOND} requests a second.`;
  if (bad(prompt, 1e6) || bad(output, 1e6)) return "Prompts and answers have between 1 and a million tokens.";
  if (bad(coldStart, 24 * 3600, -1e-9)) return "A cold start takes at most a day.";
  return undefined;
}

interface Prepared {
  readonly setup: Setup;
  readonly policy: Policy;
  readonly scaler: Scaler;
  readonly inputs: Simulated["inputs"];
}

/** The autoscaler that a file has, else one in view that scales a server of the file. */
export function scalerIn({ file, folder }: Place): { scaler: Scaler; server: VllmServer } | undefined {
  const servers = folder.view().servers();
  const own = file.documents.flatMap(({ source }) => folder.model(source, file).scalers);
  const mine = new Set(folder.serversOf(file));
  for (const scaler of [...own, ...folder.view().scalers()]) {
    const [server] = targetServers(scaler, servers);
    if (server && (own.includes(scaler) || mine.has(server))) return { scaler, server };
  }
  return undefined;
}

/** With the traffic of another setup, so that two pictures can be laid side by side. */
function prepare(place: Place, wish: SimulationWish, like?: Setup): Prepared | { readonly problem: string } {
  const found = scalerIn(place);
  if (!found)
    return { problem: "No autoscaler of a vLLM server in view: open its manifest beside the server's." };
  const { scaler, server } = found;
  const { folder } = place;
  const policy = policyOf(scaler);
  if ("problem" in policy) return policy;
  const capacity = folder.plans.capacity(server);
  if ("problem" in capacity) return capacity;
  const coldStart = coldStartOf(place, server, capacity, wish);
  const interval = statedInterval((kind) => folder.view().objects(kind));
  const load = like ?? trafficOf(wish, capacity, policy);
  if ("problem" in load) return load;
  const replicas = policy.keda ? policy.keda.minimum : policy.minimum;
  const setup: Setup = {
    ...facts(server),
    capacity,
    policy,
    replicas: policy.keda?.idle ?? replicas,
    profile: load.profile,
    seed: load.seed,
    prompt: load.prompt,
    output: load.output,
    variation: 0.5,
    coldStart: coldStart.value,
    scrapeInterval: interval ?? USUAL_INTERVAL,
  };
  const inputs = inputsOf(setup, wish, { coldStart: coldStart.origin, interval: interval !== undefined });
  return { setup, policy, scaler, inputs };
}

function facts(
  server: VllmServer,
): Pick<Setup, "graceSeconds" | "requestedCores" | "version" | "namespace" | "workload" | "model"> {
  const { pod, container, object } = server;
  const cpu = container && scalarAt(fieldOf(container, "resources"), "requests", "cpu");
  const quantity = cpu && !cpu.templated ? parseQuantity(cpu.text) : undefined;
  return {
    graceSeconds: (pod && numberAt(asScalar(podField(pod, "terminationGracePeriodSeconds")))) ?? 30,
    requestedCores: quantity && Number(quantity.nano) / 1e9,
    version: server.version.version,
    namespace: object.namespace,
    workload: object.name,
    model: modelLabel(server),
  };
}

function coldStartOf(
  { folder }: Place,
  server: VllmServer,
  capacity: Capacity,
  { coldStart }: SimulationWish,
) {
  if (coldStart !== undefined) return { value: coldStart, origin: "given" };
  const { plan, load } = folder.plans;
  const time = loadTime(server, { view: folder.view(), plan, load });
  const origin = "middle of the load estimate, without image pull";
  return { value: Math.round(time?.typical ?? capacity.coldStartSeconds.typical), origin };
}

type Traffic = Pick<Setup, "profile" | "seed" | "prompt" | "output">;

/** Without a rate: from half of what one replica can serve to two and a half times as much, or what fits under the most replicas. */
function trafficOf(
  wish: SimulationWish,
  capacity: Capacity,
  policy: Policy,
): Traffic | { readonly problem: string } {
  const { prompt = 512, output = 256, seed = 1, seconds = 3600, profile } = wish;
  const rest = { seed, prompt, output };
  if (typeof profile !== "string") {
    const recorded = readRecording(profile.recording);
    if ("problem" in recorded) return recorded;
    if (recorded.seconds > LONGEST) return { problem: "The recording is longer than seven days." };
    return { ...rest, profile: recorded };
  }
  const one = sustainableRate(capacity, prompt, output);
  const high = wish.high ?? round(one * Math.min(2.5, Math.max(0.8, 0.8 * policy.maximum)));
  const low = wish.low ?? Math.min(high, round(one * 0.5));
  const named: Profile = namedProfile(profile, { low, high, seconds });
  return { ...rest, profile: named };
}

function round(rate: number): number {
  return Number(rate.toPrecision(2));
}

function inputsOf(
  { capacity, profile, prompt, output, coldStart, scrapeInterval, seed }: Setup,
  wish: SimulationWish,
  origins: { readonly coldStart: string; readonly interval: boolean },
): Simulated["inputs"] {
  const chosen = (value: unknown): string => (value === undefined ? "assumed" : "given");
  const { gpus, bandwidth, operations } = capacity.hardware;
  return [
    {
      name: "load",
      value: `${rateText(profile)} over ${profile.seconds / 60} min`,
      origin: loadOrigin(wish),
    },
    {
      name: "one replica",
      value: `${sustainableRate(capacity, prompt, output).toFixed(1)} requests a second at most`,
      origin: "batch, KV cache and speed below",
    },
    {
      name: "prompt and answer",
      value: `${prompt} and ${output} tokens on average`,
      origin: chosen(wish.prompt ?? wish.output),
    },
    { name: "max-num-seqs", value: String(capacity.sequences), origin: "sizing plan" },
    { name: "KV cache", value: `${capacity.cacheTokens} tokens`, origin: "sizing plan" },
    {
      name: "GPU",
      value: `${gpus} x ${Math.round(bandwidth / 1e9)} GB/s, ${Math.round(operations / 1e12)} TFLOPS`,
      origin: "GPU catalogue",
    },
    { name: "cold start", value: `${coldStart} s`, origin: origins.coldStart },
    {
      name: "scrape interval",
      value: `${scrapeInterval} s`,
      origin: origins.interval ? "monitor in view" : "assumed",
    },
    { name: "seed", value: String(seed), origin: chosen(wish.seed) },
  ];
}

function loadOrigin({ profile, high }: SimulationWish): string {
  if (typeof profile !== "string") return "the recording";
  return high === undefined ? "from what one replica can serve" : "given";
}

/** The least and the most of a profile, and its length. */
function loadOf(profile: Profile): Simulated["load"] {
  const { seconds } = profile;
  const rates = Array.from({ length: 361 }, (_, i) => profile.rate((i / 360) * seconds * 0.9999));
  return { low: Math.min(...rates), high: Math.max(...rates), seconds };
}

function rateText(profile: Profile): string {
  const { low, high } = loadOf(profile);
  return low === high
    ? `${low} requests a second`
    : `${low.toPrecision(2)} to ${high.toPrecision(2)} requests a second`;
}
