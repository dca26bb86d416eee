import { formatGib } from "../../sizing/format";
import type { VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast } from "../../vllm/version";
import type { Spot } from "../../yaml/document";
import type { RuleContext } from "../context";
import { defineRule, type Report } from "../define";
import { setUtilization, usualUtilization, UTILIZATION } from "./utilization";

/** From here on what vLLM does not profile has less room than it commonly takes. */
const RISKY = 0.97;

/** Above the old default; a risk only where CUDA graphs come on top of the budget. */
const RAISED = 0.93;

export const gpuMemoryUtilizationHigh = defineRule({
  id: "memory/gpu-memory-utilization-high",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary:
    "`--gpu-memory-utilization` is no fraction of the card, or leaves too little beside vLLM's budget.",
  why: `The value is the share of the card's total memory that vLLM plans with; it must lie above 0 and at most at 1. What vLLM
does not profile (the CUDA context of other processes, NCCL buffers, fragmentation, and before 0.21 the CUDA graphs) has to
find room in the rest, and vLLM refuses to start when less memory is free than the share asks for. On an 80 GB card 0.97 leaves
2.4 GiB. Up to 0.96 the value is no problem by itself on current versions: the KV cache is allocated once at start, so load does not
make it grow, and vLLM's own recipes use 0.95. Before 0.21, or on a card that several pods share, values from 0.93 on deserve a
look.`,
  sources: [
    "https://github.com/vllm-project/vllm/pull/38284",
    "https://github.com/vllm-project/vllm/issues/13100",
    "https://github.com/vllm-project/vllm/issues/22702",
    "vllm/v1/worker/utils.py (request_memory)",
  ],
  check(server, report, context) {
    const value = server.engine.number(UTILIZATION);
    if (!value.known || value.at === undefined || server.hardware === "cpu") return;
    if (value.value <= 0 || value.value > 1) reportNoFraction(server, value.value, value.at, report);
    else if (value.value >= RISKY) reportRisky(server, value.value, value.at, report, context);
    else if (value.value >= RAISED) reportRaised(server, value.value, value.at, report);
  },
});

function reportNoFraction(server: VllmServer, value: number, at: Spot, report: Report): void {
  const meant = value > 1 && value <= 100 ? Number((value / 100).toFixed(4)) : usualUtilization(server);
  report(at, {
    message: `GPU memory utilization \`${value}\` is no fraction above 0 and at most 1; vLLM refuses to start.`,
    advice: `Give the share of the card as a fraction, like \`${meant}\`.`,
    severity: "error",
    fixes: setUtilization(server, meant),
  });
}

function reportRisky(
  server: VllmServer,
  value: number,
  at: Spot,
  report: Report,
  context: RuleContext,
): void {
  const total = context.plan(server).total?.value;
  const rest =
    total === undefined
      ? `${Number(((1 - value) * 100).toFixed(1))} % of the card`
      : formatGib(total * (1 - value));
  const left = value === 1 ? "nothing" : rest;
  const usual = usualUtilization(server);
  report(at, {
    message: `GPU memory utilization \`${value}\` leaves ${left} for everything that vLLM does not profile.`,
    advice: `Use at most 0.96; the default is \`${usual}\`.`,
    fixes: setUtilization(server, usual),
  });
}

function reportRaised(server: VllmServer, value: number, at: Spot, report: Report): void {
  const { version, origin } = server.version;
  const graphsOnTop = origin === "tag" && !isAtLeast(version, "0.21");
  if (!graphsOnTop && !server.gpu.shared) return;
  const why = graphsOnTop
    ? `vLLM ${formatVersion(version)} puts its CUDA graphs on top of it`
    : "other pods use the same card";
  report(at, {
    message: `GPU memory utilization \`${value}\` is tight: ${why}.`,
    advice: `The default of this version is \`${usualUtilization(server)}\`; watch the memory that is left before relying on more.`,
    severity: "hint",
    fixes: setUtilization(server, usualUtilization(server)),
  });
}
