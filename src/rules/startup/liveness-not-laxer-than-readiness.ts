import { probeOf, type Probe } from "../../kubernetes/probes";
import type { Container } from "../../kubernetes/model";
import { spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { placeOfField } from "../places";
import { writtenOut } from "../written-out";
import { asksServer, probePort } from "./health";

/** How many times as long as readiness a liveness probe waits after the fix. */
const LAXER = 3;

export const livenessNotLaxerThanReadiness = defineRule({
  id: "startup/liveness-not-laxer-than-readiness",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The liveness probe gives up before the readiness probe does, on the same endpoint.",
  why: `A server that is too busy to answer needs to be left alone for a while: the readiness probe takes it out of the Service, the queue drains, and
it comes back. When the liveness probe on the same endpoint counts to its end first, the kubelet kills the server with all running requests
before anybody has stopped sending it new ones, and the others get the load in addition. Give liveness three times as long as readiness.`,
  sources: [
    "https://github.com/vllm-project/aibrix/issues/2581",
    "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  ],
  check(server, report) {
    const container = writtenOut(server)?.container;
    const liveness = container && probeOf(container, "livenessProbe");
    const readiness = container && probeOf(container, "readinessProbe");
    if (!container || !liveness || !readiness || !asksServer(server, container, liveness.handler)) return;
    const [kills, leaves] = [windowOf(liveness), windowOf(readiness)];
    const period = liveness.period.value;
    if (kills === undefined || leaves === undefined || period === undefined || kills >= leaves) return;
    if (!isSameEndpoint(container, liveness, readiness)) return;
    const failures = Math.ceil((LAXER * leaves) / period);
    const { node } = liveness.failureThreshold;
    report(node ? spotOf(node) : placeOfField(server, "livenessProbe"), {
      message: `Liveness probe kills after ${kills} s without an answer; the readiness probe takes the pod out of the Service after ${leaves} s.`,
      advice: `Let the liveness probe wait longer than the readiness probe, like ${failures} failures.`,
      fixes: [
        {
          title: `Set the liveness probe's \`failureThreshold\` to \`${failures}\``,
          apply: (editor) => editor.setEntry(liveness.node, "failureThreshold", failures),
        },
      ],
    });
  },
});

function windowOf({ period, failureThreshold }: Probe): number | undefined {
  return period.value === undefined || failureThreshold.value === undefined
    ? undefined
    : period.value * failureThreshold.value;
}

function isSameEndpoint(container: Container, one: Probe, other: Probe): boolean {
  if (one.handler.kind !== "http" || other.handler.kind !== "http") return false;
  const [port, otherPort] = [probePort(container, one.handler), probePort(container, other.handler)];
  return port !== undefined && port === otherPort && one.handler.path === other.handler.path;
}
