import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { Resolved, VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import type { Spot } from "../../yaml/document";
import { defineRule, type Fix, type Report } from "../define";

const BATCHED = "--max-num-batched-tokens";
const SEQUENCES = "--max-num-seqs";
const LENGTH = "--max-model-len";
const CHUNKED = "--enable-chunked-prefill";

export const batchLimits = defineRule({
  id: "args/batch-limits",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The limits of a batch contradict each other, and vLLM refuses them.",
  why: `A step of the engine holds up to \`--max-num-batched-tokens\` tokens of up to \`--max-num-seqs\` requests. Each running request takes at least one
token of a step, so the first may not be smaller than the second. Without chunked prefill a whole prompt has to fit into one step, so it may not be
smaller than \`--max-model-len\` either. \`--max-cpu-loras\` counts the adapters on the GPU too and may not be smaller than \`--max-loras\`. vLLM
raises a ValueError for each at its start. (From v0.8 to v0.11.0 the V1 engine put chunked prefill on whatever the flag said.)`,
  sources: ["vllm/config/scheduler.py (verify_max_model_len)", "vllm/config/lora.py (LoRAConfig)"],
  check(server, report) {
    const { engine } = server;
    const batched = engine.integer(BATCHED);
    const sequences = engine.integer(SEQUENCES);
    if (isGiven(sequences) && sequences.value <= 0) {
      report(sequences.at, {
        message: `\`${SEQUENCES}\` is \`${sequences.value}\`: no request could ever run.`,
        advice: "Give it one request or more, or leave it to vLLM.",
      });
    } else if (
      isGiven(batched) &&
      isGiven(sequences) &&
      batched.value > 0 &&
      batched.value < sequences.value
    ) {
      report(batched.at, {
        message: `\`${BATCHED}\` \`${batched.value}\` is less than \`${SEQUENCES}\` \`${sequences.value}\`.`,
        advice: "Every running request takes a token of each step: raise the first, or lower the second.",
        related: [{ at: sequences.at, message: "Requests at once" }],
        fixes: [setTo(server, SEQUENCES, batched.value), setTo(server, BATCHED, sequences.value)].flat(),
      });
    }
    reportUnchunked(server, batched, report);
    reportAdapters(server, report);
  },
});

interface Given {
  readonly known: true;
  readonly value: number;
  readonly at: Spot;
}

/** Written in the manifest, not the version's default. */
function isGiven(value: Resolved<number>): value is Resolved<number> & Given {
  return value.known && value.at !== undefined;
}

function reportUnchunked(server: VllmServer, batched: Resolved<number>, report: Report): void {
  const length = server.engine.integer(LENGTH);
  const chunked = server.engine.enabled(CHUNKED);
  const { version } = server.version;
  const isHeeded = !isAtLeast(version, "0.8.0") || isAtLeast(version, "0.11.1");
  if (!isHeeded || !chunked.known || chunked.value || chunked.at === undefined) return;
  if (!isGiven(batched) || !isGiven(length) || batched.value >= length.value || batched.value <= 0) return;
  report(batched.at, {
    message: `\`${BATCHED}\` \`${batched.value}\` is less than \`${LENGTH}\` \`${length.value}\`, and chunked prefill is off.`,
    advice: "A whole prompt has to fit into one step: raise it, or switch chunked prefill on.",
    severity: server.version.origin === "tag" ? "error" : "warning",
    related: [
      { at: length.at, message: "The longest request" },
      { at: chunked.at, message: "Chunked prefill is switched off" },
    ],
    fixes: setTo(server, BATCHED, length.value),
  });
}

function reportAdapters(server: VllmServer, report: Report): void {
  const onHost = server.engine.integer("--max-cpu-loras");
  const onGpu = server.engine.integer("--max-loras");
  if (!isGiven(onHost) || !isGiven(onGpu) || onHost.value >= onGpu.value) return;
  report(onHost.at, {
    message: `\`--max-cpu-loras\` \`${onHost.value}\` is less than \`--max-loras\` \`${onGpu.value}\`.`,
    advice: "The adapters on the GPU are among those in memory: raise it to their number.",
    related: [{ at: onGpu.at, message: "Adapters on the GPU" }],
    fixes: setTo(server, "--max-cpu-loras", onGpu.value),
  });
}

function setTo(server: VllmServer, flag: string, value: number): readonly Fix[] {
  if (!canSetArgument(server, flag)) return [];
  return [
    {
      title: `Set \`${flag}\` to \`${value}\``,
      apply: (editor) => setArgument(editor, server, flag, String(value)),
    },
  ];
}
