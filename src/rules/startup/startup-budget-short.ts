import { probeOf, type Probe } from "../../kubernetes/probes";
import { spotOf } from "../../yaml/node";
import { defineRule, type Fix, type Severity } from "../define";
import { placeOfField } from "../places";
import { duration } from "../wording";
import { asksServer } from "./health";
import { failuresFor, loadTime, type LoadTime } from "./load-time";

/** Ten minutes satisfy nearly everyone; a longer estimate then is our own doubt, not a defect. */
const GENEROUS = 600;

export const startupBudgetShort = defineRule({
  id: "startup/startup-budget-short",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The startup probe gives up before the model is loaded.",
  why: `A startup probe allows \`initialDelaySeconds + periodSeconds x failureThreshold\` seconds. When the download, the read of
the weights, compilation and graph capture take longer, the kubelet kills the container in the middle of loading and the next
attempt starts from nothing. A budget that a warm cache just meets fails on the day the pod lands on a new node. Raise the failure
threshold and keep the period short: a long threshold costs nothing when the server is quick, a long period delays readiness.
The finding is an error when even the short end of the estimate is too long for the probe, a warning when a load of common
length is, and for information when only a slow one is.`,
  sources: [
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    "https://github.com/kubernetes-sigs/gateway-api-inference-extension/pull/550",
  ],
  check(server, report, context) {
    const { container } = server;
    const probe = container && probeOf(container, "startupProbe");
    const seconds = probe?.budgetSeconds;
    const time = loadTime(server, context);
    if (!container || !probe || seconds === undefined || !time) return;
    const severity = severityOf(seconds, time);
    if (severity === undefined || !asksServer(server, container, probe.handler)) return;
    const { node } = probe.failureThreshold;
    report(node ? spotOf(node) : placeOfField(server, "startupProbe"), {
      message: `Startup probe allows ${duration(seconds)} (${arithmetic(probe)}); loading takes ${time.text}.`,
      advice:
        "Raise `failureThreshold` to twice the long end of the load time; a server that is quick loses nothing.",
      severity,
      fixes: fixFor(probe, time),
    });
  },
});

function severityOf(seconds: number, time: LoadTime): Severity | undefined {
  if (seconds < time.low) return "error";
  if (seconds < time.typical) return "warning";
  return seconds < Math.min(time.high, GENEROUS) ? "info" : undefined;
}

function arithmetic({ initialDelay, period, failureThreshold }: Probe): string {
  const delay = initialDelay.value ? `${initialDelay.value} + ` : "";
  return `${delay}${failureThreshold.value} x ${period.value} s`;
}

function fixFor(probe: Probe, time: LoadTime): readonly Fix[] {
  const { period, failureThreshold, node } = probe;
  if (period.value === undefined || failureThreshold.node?.templated) return [];
  const threshold = failuresFor(time, period.value);
  const total = duration(threshold * period.value);
  return [
    {
      title: `Set \`failureThreshold\` to \`${threshold}\` (${total})`,
      apply: (editor) => editor.setEntry(node, "failureThreshold", threshold),
    },
  ];
}
