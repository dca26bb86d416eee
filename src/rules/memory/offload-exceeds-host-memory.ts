import { formatGib } from "../../sizing/format";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import { spotOf } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";
import { hostMemoryOf, setHostMemory, type HostMemory } from "../host-memory";
import { localRanks } from "../local-ranks";
import { writtenOut, type WrittenOut } from "../written-out";

const WEIGHTS = "--cpu-offload-gb";
const CACHE = "--kv-offloading-size";

/** GiB that the processes of a server take beside what they offload. */
const BESIDE = 8;

export const offloadExceedsHostMemory = defineRule({
  id: "memory/offload-exceeds-host-memory",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "Weights or cache are offloaded to more host memory than the container may use.",
  why: `\`--cpu-offload-gb\` moves that many GiB of weights from each GPU into pinned host memory, so a server with four ranks takes four times
the number; no more than the weights themselves, though. \`--kv-offloading-size\` is allocated once at start and is the sum over the
tensor-parallel ranks. Both count as the container's memory: past \`limits.memory\` the kernel kills the process while it loads. Against
a request without a limit it is a warning, as the node may have more than was asked for.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
    "vllm/config/offload.py (cpu_offload_gb: GiB per GPU)",
    "vllm/config/cache.py (kv_offloading_size: GiB over all tensor-parallel ranks)",
  ],
  check(server, report, context) {
    const whole = writtenOut(server);
    const memory = whole && hostMemoryOf(whole.container);
    const offloads = offloadsOf(server, context);
    const [first] = offloads;
    if (!memory || !first) return;
    const total = offloads.reduce((sum, { gib }) => sum + gib, 0);
    if (total <= memory.gib) return;
    report(first.at, {
      message: `Offloading takes ${formatGib(total)} of host memory (${offloads.map(({ text }) => text).join(" + ")}); the container ${memory.from === "limits" ? "may use" : "asks for"} ${formatGib(memory.gib)}.`,
      advice: "Give the container the memory, or offload less.",
      severity: memory.from === "limits" && offloads.every(({ sure }) => sure) ? "error" : "warning",
      related: [{ at: spotOf(memory.node), message: "The container's memory" }],
      fixes: raise(whole, memory, Math.ceil(total + BESIDE)),
    });
  },
});

interface Offload {
  readonly gib: number;
  readonly text: string;
  readonly at: Spot;
  /** False for weights of a model of unknown size: there may be less to offload than the option allows. */
  readonly sure: boolean;
}

function offloadsOf(server: VllmServer, context: RuleContext): readonly Offload[] {
  return [weightsOffload(server, context), cacheOffload(server)].filter((offload) => offload !== undefined);
}

function weightsOffload(server: VllmServer, context: RuleContext): Offload | undefined {
  const each = server.engine.number(WEIGHTS);
  if (!each.known || each.at === undefined || each.value <= 0) return undefined;
  const ranks = localRanks(server);
  const weights = context.plan(server).checkpoint;
  const most = each.value * ranks;
  const gib = Math.min(most, weights?.low ?? most);
  const text = gib < most ? "all weights" : `\`${WEIGHTS}\` ${each.value} x ${ranks}`;
  return { gib, text, at: each.at, sure: weights !== undefined };
}

function cacheOffload(server: VllmServer): Offload | undefined {
  const size = server.engine.number(CACHE);
  if (!size.known || size.at === undefined || size.value <= 0) return undefined;
  return { gib: size.value, text: `\`${CACHE}\` ${size.value}`, at: size.at, sure: true };
}

function raise({ container }: WrittenOut, memory: HostMemory, gib: number): readonly Fix[] {
  return [
    {
      title: `Set \`${memory.from}.memory\` to \`${gib}Gi\``,
      apply: (editor) => setHostMemory(editor, container, memory, gib),
    },
  ];
}
