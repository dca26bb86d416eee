import { probeOf, type Probe } from "../../kubernetes/probes";
import { spotOf } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { placeOfField } from "../places";
import { writtenOut } from "../written-out";
import { asksServer } from "./health";

/** Seconds that a busy server may take to answer. */
const TIMEOUT = 5;
/** Seconds of silence in a row before a kill. */
const WINDOW = 30;

export const probeTimeoutTight = defineRule({
  id: "startup/probe-timeout-tight",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The liveness probe kills a busy server that is only slow to answer.",
  why: `\`/health\` is answered by the same process that takes requests, tokenizes prompts and streams tokens. Under load its event loop
falls seconds behind; a timeout of one second, which is Kubernetes' default, then counts as a failure, and after
\`failureThreshold\` of them in a row the kubelet kills a healthy server with all its running requests. The others get that load in
addition. A dead engine answers 503 at once, so a long timeout costs nothing in detecting one.`,
  sources: [
    "https://github.com/llm-d/llm-d-benchmark/issues/1734",
    "https://github.com/vllm-project/production-stack/issues/448",
    "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  ],
  check(server, report) {
    const container = writtenOut(server)?.container;
    const probe = container && probeOf(container, "livenessProbe");
    const timeout = probe?.timeout.value;
    const window = probe && windowOf(probe);
    if (!container || !probe || timeout === undefined || window === undefined) return;
    if ((timeout >= TIMEOUT && window >= WINDOW) || !asksServer(server, container, probe.handler)) return;
    const { node } = timeout < TIMEOUT ? probe.timeout : probe.failureThreshold;
    report(node ? spotOf(node) : placeOfField(server, "livenessProbe"), {
      message:
        timeout < TIMEOUT
          ? `Liveness probe waits ${timeout} s for an answer${probe.timeout.isDefault ? ", the default" : ""}; a busy server takes longer.`
          : `Liveness probe kills after ${window} s without an answer; a busy server may be silent for longer.`,
      advice: "Give `/health` 10 s to answer, and a minute of failures before a kill.",
      fixes: [relax(probe, timeout, window)],
    });
  },
});

function windowOf(probe: Probe): number | undefined {
  const [period, failures] = [probe.period.value, probe.failureThreshold.value];
  return period === undefined || failures === undefined ? undefined : period * failures;
}

function relax(probe: Probe, timeout: number, window: number): Fix {
  const seconds = timeout < TIMEOUT ? ["`timeoutSeconds` to `10`"] : [];
  const threshold = Math.max(6, Math.ceil((2 * WINDOW) / (probe.period.value ?? WINDOW)));
  const failures = window < WINDOW ? [`\`failureThreshold\` to \`${threshold}\``] : [];
  return {
    title: `Set ${[...seconds, ...failures].join(" and ")}`,
    apply(editor) {
      if (timeout < TIMEOUT) editor.setEntry(probe.node, "timeoutSeconds", 10);
      if (window < WINDOW) editor.setEntry(probe.node, "failureThreshold", threshold);
    },
  };
}
