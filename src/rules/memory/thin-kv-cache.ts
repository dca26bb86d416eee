import { formatTokens } from "../../sizing/format";
import { defineRule } from "../define";
import { placeOfModel } from "../places";
import { isPlannedHardware } from "./utilization";

/** Requests of the full length at once, below which a second user waits for the first. */
const FEW = 2;

export const thinKvCache = defineRule({
  id: "memory/thin-kv-cache",
  severity: "hint",
  fix: "none",
  subject: "server",
  summary: "The KV cache holds fewer than two requests of the full length.",
  why: `vLLM starts when one request of \`--max-model-len\` fits; from there on every token of every running request takes its place in the
cache. When fewer than two long requests fit, the second one waits in the queue or is preempted and computed again, however fast the card
is. "A quarter of the weights" is no measure: the same share holds 6 thousand tokens of one model and 100 thousand of another, as the
size of a token is \`2 x layers x KV heads x head size x bytes\`. A shorter \`--max-model-len\`, an fp8 cache, a quantised checkpoint or more GPUs give
more room; for short requests it may be enough as it is.`,
  sources: [
    "vllm/v1/core/kv_cache_utils.py (Maximum concurrency)",
    "https://docs.vllm.ai/en/latest/configuration/optimization.html",
  ],
  check(server, report, context) {
    if (!isPlannedHardware(server) || server.pod?.batch) return;
    const { fits, kv } = context.plan(server);
    const { tokens, maxModelLen, maxConcurrency } = kv;
    if (fits !== "yes" || !tokens || !maxModelLen || !maxConcurrency || maxConcurrency.high >= FEW) return;
    const at = server.engine.settings.get("--max-model-len")?.valueAt ?? placeOfModel(server);
    report(at, {
      message: `About ${formatTokens(tokens.value)} tokens of KV cache hold ${maxConcurrency.value.toFixed(1)} requests of the full length of \`${maxModelLen.value}\`.`,
      advice:
        "Lower `--max-model-len`, store the cache in fp8, or give the model more GPU memory if long requests are common.",
    });
  },
});
