import { isFieldOpen } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import { hasProbe } from "../../kubernetes/probes";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule, type Severity } from "../define";
import { placeOfField, placeOfServer } from "../places";
import { servesRequests, writtenOut } from "../written-out";
import { startupProbeFix } from "./health";
import { livenessBudget } from "./liveness-budget";
import { loadTime } from "./load-time";

export const noStartupProbe = defineRule({
  id: "startup/no-startup-probe",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A server that takes minutes to load has no startup probe.",
  why: `Without a startup probe Kubernetes cannot tell a server that is still loading from one that works or one that hangs. With
no probe at all the pod counts as ready the moment the process runs: a Service sends requests to it minutes before it can answer,
and a rolling update ends the old pod before the new one has loaded its model. With a liveness probe the delay before the first
check has to cover the longest load, and every dead server is noticed that much later, or the kubelet kills a server that
only loads slowly. A startup probe on \`/health\` with a high failure threshold covers the load, and liveness and readiness can
then be quick. Where a readiness probe keeps traffic away while the model loads, the finding is for information only.`,
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    "https://docs.vllm.ai/en/latest/deployment/k8s.html",
  ],
  check(server, report, context) {
    const container = writtenOut(server)?.container;
    if (!container || !servesRequests(server) || container.role !== "main") return;
    if (hasProbe(container, "startupProbe") || isFieldOpen(container, "startupProbe")) return;
    if (isExplained(server, context)) return;
    const time = loadTime(server, context);
    const fix = startupProbeFix(server, container, time);
    const hasLiveness = hasProbe(container, "livenessProbe");
    report(hasLiveness ? placeOfField(server, "livenessProbe") : placeOfServer(server), {
      message: `Container \`${server.name}\` has no startup probe: ${consequence(container)}.`,
      advice: `Add a startup probe on \`/health\` that covers the load${time ? `, which takes ${time.text}` : ""}.`,
      severity: severityOf(server, container),
      fixes: fix ? [fix] : [],
    });
  },
});

/** One problem, one finding: the liveness rule says the same and more. */
function isExplained(server: VllmServer, context: RuleContext): boolean {
  const budget = livenessBudget(server, context);
  return budget !== undefined && budget.verdict !== "enough";
}

function consequence(container: Container): string {
  if (!hasProbe(container, "readinessProbe")) return "it counts as ready while the model is still loading";
  return hasProbe(container, "livenessProbe")
    ? "a slow load and a dead server look the same to the liveness probe"
    : "a load that hangs is never noticed";
}

function severityOf(server: VllmServer, container: Container): Severity {
  // A bare pod is somebody's experiment: no rollout and seldom a Service waits for it.
  if (server.object.kind === "Pod") return "info";
  return hasProbe(container, "readinessProbe") ? "info" : "warning";
}
