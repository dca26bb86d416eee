import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import { isAtLeast } from "../../vllm/version";
import { defineRule } from "../define";

const FLAG = "--max-lora-rank";

/** Ranks that vLLM has kernels for; 1 came with the typed configuration (vllm/config/lora.py, MaxLoRARanks). */
const RANKS = [8, 16, 32, 64, 128, 256, 320, 512];

export const loraRank = defineRule({
  id: "args/lora-rank",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The highest adapter rank is none that vLLM takes.",
  why: `vLLM reserves memory and picks kernels for \`--max-lora-rank\` and knows only a few: 8, 16, 32, 64, 128, 256, 320 and 512, in later releases also 1. Another number
ends the process. An adapter of rank 24 needs the next higher one, 32; its own rank is \`r\` in its \`adapter_config.json\`, and loading fails when it is
higher than the limit, which is 16 when not said.`,
  sources: ["vllm/config/lora.py (MaxLoRARanks)", "https://docs.vllm.ai/en/latest/features/lora.html"],
  check(server, report) {
    const rank = server.engine.integer(FLAG);
    if (!rank.known || rank.at === undefined || RANKS.includes(rank.value)) return;
    if (rank.value === 1 && isAtLeast(server.version.version, "0.10.0")) return;
    const next = RANKS.find((one) => one >= rank.value);
    report(rank.at, {
      message: `\`${FLAG}\` has no choice \`${rank.value}\`; it has ${RANKS.join(", ")}.`,
      advice: next === undefined ? "Take the highest." : `Take the next higher one, \`${next}\`.`,
      fixes:
        next === undefined || !canSetArgument(server, FLAG)
          ? []
          : [
              {
                title: `Set \`${FLAG}\` to \`${next}\``,
                apply: (editor) => setArgument(editor, server, FLAG, String(next)),
              },
            ],
    });
  },
});
