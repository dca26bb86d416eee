import { catalogueModel } from "../../src/sizing/catalogue";
import { catalogueGpu } from "../../src/sizing/gpu-catalogue";
import { planMemory } from "../../src/sizing/plan";
import type { PlanInput } from "../../src/sizing/plan-types";
import { capacityOf, type Capacity } from "../../src/simulation/capacity";
import { Engine, type Request } from "../../src/simulation/engine";
import { parseVersion } from "../../src/vllm/version";

/** One published measurement of vLLM: a fixed number of requests kept in flight. */
export interface Measurement {
  readonly source: string;
  readonly model: string;
  readonly gpu: string;
  readonly version: string;
  readonly tensorParallel?: number;
  readonly concurrency: number;
  readonly prompt: number;
  readonly output: number;
  /** Milliseconds a token after the first, output tokens a second, or seconds to the first token. */
  readonly what: "tpot" | "throughput" | "ttft";
  readonly value: number;
}

const A6000 = {
  source:
    "https://ld-singh.github.io/ai-factory-ops-lab/portfolio-lab/06-validation-reports/inference-benchmark-report/",
  model: "Qwen/Qwen2.5-7B-Instruct",
  gpu: "RTX A6000",
  version: "0.23.0",
  // The length of the prompts is not published; 51 tokens were generated.
  prompt: 40,
  output: 51,
} as const;

const H100 = {
  source: "https://yobitelcomm.github.io/bench/recipes/concurrency-sweep/",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  gpu: "H100-80GB",
  version: "0.21.0",
  prompt: 128,
  output: 128,
} as const;

const A40 = {
  source: "https://www.databasemart.com/blog/vllm-gpu-benchmark-a40",
  gpu: "A40",
  version: "0.8.0",
  prompt: 100,
  output: 600,
  concurrency: 50,
} as const;

const RTX4090 = {
  source: "https://mushfiqrahman.dev/?p=1668",
  model: "mistralai/Mistral-7B-Instruct-v0.3",
  gpu: "RTX 4090",
  version: "0.15.0",
  prompt: 256,
  // 128 were asked for, 100 came on average.
  output: 100,
} as const;

const A100 = {
  source: "https://johnmusgrave.com/p/vllm-throughput-latency-sweep-on",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  gpu: "A100-SXM4-40GB",
  version: "0.23.0",
  prompt: 1024,
  output: 128,
} as const;

/** The three constants of `src/simulation/speed.ts` were set on these. */
export const FITTED: readonly Measurement[] = [
  { ...A6000, concurrency: 1, what: "tpot", value: 21.9 },
  { ...A6000, concurrency: 8, what: "tpot", value: 22.3 },
  { ...A6000, concurrency: 64, what: "tpot", value: 27.5 },
  { ...A6000, concurrency: 128, what: "tpot", value: 36.0 },
  { ...A6000, concurrency: 256, what: "tpot", value: 53.1 },
  { ...A6000, concurrency: 64, what: "throughput", value: 2127.6 },
  { ...A6000, concurrency: 128, what: "throughput", value: 3138.1 },
  { ...A6000, concurrency: 256, what: "throughput", value: 4039.9 },
  { ...H100, concurrency: 1, what: "tpot", value: 6.48 },
  { ...H100, concurrency: 4, what: "tpot", value: 6.59 },
  { ...A100, concurrency: 1, what: "tpot", value: 1000 / 75 },
  { ...A40, model: "meta-llama/Llama-3.1-8B-Instruct", what: "tpot", value: 35.96 },
  // The longest of the fifty made 600 tokens in 23.48 s, 0.76 s of them until the first.
  { ...A40, model: "Qwen/Qwen2.5-7B-Instruct", what: "tpot", value: 37.9 },
  { ...RTX4090, concurrency: 4, what: "throughput", value: 210 },
  { ...RTX4090, concurrency: 16, what: "throughput", value: 644 },
  { ...RTX4090, concurrency: 48, what: "throughput", value: 1190 },
  {
    source: "https://github.com/vllm-project/vllm/issues/20469",
    model: "Qwen/Qwen3-14B-AWQ",
    gpu: "A100-80GB",
    version: "0.9.1",
    concurrency: 1,
    prompt: 16_000,
    output: 200,
    what: "ttft",
    value: 3.345,
  },
  {
    source: "https://gist.github.com/surajssd/eef8ebf83cadd690f6fb4ee87b30fe1a",
    model: "meta-llama/Llama-3.3-70B-Instruct",
    gpu: "NVIDIA-A100-80GB-PCIe",
    version: "0.6.4",
    tensorParallel: 4,
    // 0.93 requests a second for 9.8 s each.
    concurrency: 9,
    prompt: 214,
    output: 214,
    what: "tpot",
    value: 44.94,
  },
];

/** GPUStack's performance lab: `vllm serve` without options, all requests at once; it publishes prompt and answer tokens together. */
const GPUSTACK = "https://github.com/gpustack/gpustack/tree/main/docs/performance-lab";

function offline(model: string, gpu: string, prompt: number, output: number, tokens: number): Measurement {
  const value = (tokens * output) / (prompt + output);
  const rest = { source: GPUSTACK, version: "0.11.0", concurrency: 500, what: "throughput" } as const;
  return { ...rest, model, gpu, prompt, output, value };
}

/**
 * Looked up after the constants were set, and never used to set them. Left out: GPUStack's requests of four tokens, which measure the
 * HTTP front end, and 64 at once of the H100 sweep, where the throughput falls below that of 16 at once.
 */
export const HELD_OUT: readonly Measurement[] = [
  offline("Qwen/Qwen3-14B", "A100-80GB", 4000, 200, 5153.42),
  offline("Qwen/Qwen3-14B", "A100-80GB", 2000, 100, 5967.13),
  offline("Qwen/Qwen3-32B", "A100-80GB", 4000, 200, 1837.08),
  offline("Qwen/Qwen3-32B", "A100-80GB", 2000, 100, 2521.38),
  offline("Qwen/Qwen3-14B", "H100-80GB", 4000, 200, 9218.03),
  offline("Qwen/Qwen3-14B", "H100-80GB", 2000, 100, 10597.19),
  offline("Qwen/Qwen3-32B", "H100-80GB", 4000, 200, 2148.69),
  offline("Qwen/Qwen3-32B", "H100-80GB", 2000, 100, 3195.3),
  {
    source: GPUSTACK,
    model: "Qwen/Qwen3-8B",
    gpu: "H100-80GB",
    version: "0.11.0",
    // ShareGPT: 23,260 and 22,061 tokens in a hundred requests.
    concurrency: 4,
    prompt: 233,
    output: 221,
    what: "tpot",
    value: 7.4,
  },
  { ...H100, concurrency: 16, what: "tpot", value: 10.94 },
  { ...RTX4090, concurrency: 8, what: "throughput", value: 377 },
  { ...RTX4090, concurrency: 32, what: "throughput", value: 975 },
];

/** What the model of the simulator gives for a measurement. */
export function modelled(measurement: Measurement): number {
  const { tpot, throughput, ttft } = closedLoop(capacityFor(measurement), measurement);
  return { tpot: tpot * 1000, throughput, ttft }[measurement.what];
}

export function capacityFor({ model, gpu, version, tensorParallel = 1 }: Measurement): Capacity {
  const release = parseVersion(version);
  const planned = catalogueModel(model);
  const spec = catalogueGpu(gpu, undefined, "test");
  if (!release || !planned || !spec) throw new Error(`${model} on ${gpu} is not in the catalogues`);
  const input: PlanInput = {
    model: planned,
    gpu: spec,
    version: release,
    tensorParallel,
    maxModelLen: 16_384,
  };
  const load = { lowSeconds: 60, highSeconds: 240, parts: [] };
  const capacity = capacityOf(input, planMemory(input), load);
  if ("problem" in capacity) throw new Error(`${model} on ${gpu}: ${capacity.problem}`);
  return capacity;
}

/** A new request for every one that ends; the first and last of them do not count. */
function closedLoop(
  capacity: Capacity,
  { concurrency, prompt, output }: Measurement,
): { tpot: number; throughput: number; ttft: number } {
  const done: Request[] = [];
  let started = 0;
  const total = concurrency * 8;
  const engine: Engine = new Engine(capacity, 0, (request) => {
    done.push(request);
    if (started < total) start(request.finished ?? 0);
  });
  const queue: Request[] = [];
  function start(now: number): void {
    started++;
    queue.push({ arrived: now, prompt, output, firstToken: undefined, finished: undefined });
  }
  for (let i = 0; i < concurrency; i++) start(0);
  let now = 0;
  while (done.length < total) {
    for (const request of queue.splice(0)) engine.submit(request, now);
    now = engine.next;
    engine.advance(now);
  }
  const counted = done.slice(concurrency, -concurrency || undefined);
  const tpots = counted.map(
    ({ firstToken, finished }) => ((finished ?? 0) - (firstToken ?? 0)) / (output - 1),
  );
  const ttfts = counted.map(({ firstToken, arrived }) => (firstToken ?? 0) - arrived);
  const span = (counted.at(-1)?.finished ?? 0) - (done[concurrency - 1]?.finished ?? 0);
  return { tpot: median(tpots), throughput: (counted.length * output) / span, ttft: median(ttfts) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
