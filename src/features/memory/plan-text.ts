import { cardsCalled } from "../../data/gpus";
import { approximately, formatGib, formatTimes, formatTokens } from "../../sizing/format";
import type { GpuSpec, MemoryPlan } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";

/** The editor drops a plain blank after an icon, hence the one that does not break. */
const VERDICTS = {
  no: "$(error)\u00a0Does not fit",
  tight: "$(warning)\u00a0May not fit",
  yes: "",
  unknown: "",
} as const;

/** `1 x L4 · 15 of 20.3 GiB weights · 31k KV tokens · 3.8x 8k requests`, or what does not fit, or what is not known. */
export function lensTitle(server: VllmServer, plan: MemoryPlan): string {
  const missing = whatIsMissing(server, plan);
  if (missing !== undefined) return [gpuPart(server, plan), missing].filter(Boolean).join(" · ");
  const verdict = VERDICTS[plan.fits];
  const parts = [
    verdict,
    gpuPart(server, plan),
    weightsPart(plan),
    ...(plan.fits === "no" ? [shortReason(plan)] : [tokensPart(plan), concurrencyPart(plan)]),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What a person would have to say so that a plan can be made. */
export function whatIsMissing(server: VllmServer, plan: MemoryPlan): string | undefined {
  if (plan.weights && plan.total) return undefined;
  const unknownModel = plan.model === undefined && plan.weights === undefined;
  const unknownGpu = plan.gpu === undefined;
  if (isNoGpuBuild(server)) return `${server.hardware} build: no GPU memory to plan`;
  if (unknownModel) {
    const why = plan.modelProblem?.replace(/\.$/, "") ?? "no memory plan";
    return `${modelName(server)} not known: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
  }
  if (unknownGpu) return weightsAlone(plan) ?? "no memory plan";
  return plan.reasons[0] ?? "no memory plan";
}

function isNoGpuBuild(server: VllmServer): boolean {
  return ["cpu", "tpu", "gaudi", "neuron"].includes(server.hardware);
}

function modelName(server: VllmServer): string {
  const model = server.engine.model;
  return model.known ? model.value : "the model";
}

function weightsAlone(plan: MemoryPlan): string | undefined {
  return plan.weights && `${formatGib(plan.weights.value)} weights on each`;
}

export function shortGpuName(gpu: GpuSpec): string {
  return gpu.name.replace(/^(NVIDIA|AMD|Intel|Google|AWS) /, "");
}

function gpuPart(server: VllmServer, plan: MemoryPlan): string | undefined {
  if (isNoGpuBuild(server)) return undefined;
  const count = server.gpu.count ?? plan.gpus;
  if (plan.gpu) return `${count ?? "?"} x ${shortGpuName(plan.gpu)}`;
  const [name, cards] = [server.gpu.product?.text, possibleCards(server)];
  if (name !== undefined && cards.length > 0) return `${count ?? "?"} x ${name}: ${cards.join(" or ")}?`;
  return `${count ?? "?"} x GPU of unknown type`;
}

/** Cards of different memory that the manifest's name for the GPU could mean. */
function possibleCards({ gpu }: VllmServer): readonly string[] {
  return gpu.product ? cardsCalled(gpu.product.text) : [];
}

function weightsPart(plan: MemoryPlan): string | undefined {
  if (!plan.weights || !plan.budget) return undefined;
  return `${formatGib(plan.weights.value).replace(/ GiB$/, "")} of ${formatGib(plan.budget.value)} weights`;
}

function tokensPart(plan: MemoryPlan): string | undefined {
  return plan.kv.tokens && `${approximately(formatTokens(plan.kv.tokens.value))} KV tokens`;
}

function concurrencyPart(plan: MemoryPlan): string | undefined {
  const { maxConcurrency, maxModelLen } = plan.kv;
  if (!maxConcurrency || !maxModelLen) return undefined;
  return `${formatTimes(maxConcurrency.value)} ${formatLength(maxModelLen.value)} requests`;
}

/** `8k`, `128k`, `40960`: lengths are powers of two more often than not. */
export function formatLength(tokens: number): string {
  return tokens >= 1024 && tokens % 1024 === 0 ? `${tokens / 1024}k` : formatTokens(tokens);
}

/** Weights that exceed the budget are said by the numbers before; here is what else can keep it from starting. */
function shortReason(plan: MemoryPlan): string | undefined {
  const { requestGib, maxModelLen } = plan.kv;
  if (plan.weights && plan.budget && plan.weights.low > plan.budget.high) return undefined;
  if (!requestGib || !maxModelLen || !plan.kvCache || requestGib.low <= plan.kvCache.high) return undefined;
  const left = approximately(formatGib(Math.max(0, plan.kvCache.value)));
  return `one ${formatLength(maxModelLen.value)} request needs ${formatGib(requestGib.value)} of KV cache, ${left} is left`;
}

/** The one thing worth doing next, as a sentence; undefined when nothing is. */
export function nextStep(server: VllmServer, plan: MemoryPlan): string | undefined {
  if (isNoGpuBuild(server)) return undefined;
  if (plan.gpu === undefined) return sayGpu(possibleCards(server));
  if (plan.fits === "no" || plan.fits === "tight") return adviceForNoFit(plan);
  const concurrency = plan.kv.maxConcurrency?.value;
  if (concurrency !== undefined && concurrency < 2) {
    return "Lower `--max-model-len`, or use an fp8 KV cache, to serve more than one full-length request at a time.";
  }
  return undefined;
}

function sayGpu([first, ...others]: readonly string[]): string {
  const ways = `a comment \`# vllm-k8s: gpu=${first ?? "H100-80GB"}\`, or the setting \`vllmK8s.assume.gpu\``;
  if (first === undefined) return `Name the GPU with a node selector, ${ways}.`;
  return `Say which card it is, ${[first, ...others].map((card) => `\`${card}\``).join(" or ")}, with ${ways}.`;
}

function adviceForNoFit(plan: MemoryPlan): string {
  const longest = plan.kv.longestLength?.low;
  if (longest !== undefined && longest >= 1024) {
    const fitting = Math.floor(longest / 1024) * 1024;
    return `Set \`--max-model-len ${fitting}\`, which fits, or spread the model over more GPUs.`;
  }
  return "Spread the weights over more GPUs (`--tensor-parallel-size`), or take a quantised checkpoint or a larger GPU.";
}
