import { defineRule } from "../define";
import { placeOfField } from "../places";
import { duration } from "../wording";
import { writtenOut } from "../written-out";
import { startupProbeFix } from "./health";
import { livenessBudget } from "./liveness-budget";

const SEVERITY = { kills: "error", "may-kill": "warning", "slow-day": "info" } as const;

export const livenessKillsLoading = defineRule({
  id: "startup/liveness-kills-loading",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The liveness probe gives up before the model is loaded, and no startup probe holds it back.",
  why: `vLLM answers nothing until the weights are downloaded and loaded, the model is compiled and the CUDA graphs are captured:
minutes for a small model, many for a large one from a cold cache. A liveness probe without a startup probe starts to count
after \`initialDelaySeconds\`; once \`periodSeconds x failureThreshold\` have passed the kubelet kills the container, which begins
from the start and is killed again. The log shows a KeyboardInterrupt or SIGTERM in the middle of loading, and never an error. A
startup probe on the same endpoint suspends the other probes until the server has answered once; sized at twice the long
end of the load estimate it costs nothing on a quick day. The finding is an error when the probe gives up before a load of common
length, a warning when a slow load is too long for it, and for information when only the slowest is.`,
  sources: [
    "https://docs.vllm.ai/en/latest/deployment/k8s.html",
    "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    "https://github.com/llm-d/llm-d-benchmark/issues/1734",
  ],
  check(server, report, context) {
    const budget = livenessBudget(server, context);
    const container = writtenOut(server)?.container;
    if (!budget || !container || budget.verdict === "enough") return;
    const { seconds, time, verdict } = budget;
    const fix = startupProbeFix(server, container, time);
    report(placeOfField(server, "livenessProbe"), {
      message: time
        ? `Liveness probe gives up after ${duration(seconds)}; loading takes ${time.text}.`
        : `Liveness probe gives up after ${duration(seconds)}; many models take longer to load.`,
      advice:
        "Add a startup probe on `/health`: the liveness probe then waits until the server has answered once.",
      severity: SEVERITY[verdict],
      fixes: fix ? [fix] : [],
    });
  },
});
