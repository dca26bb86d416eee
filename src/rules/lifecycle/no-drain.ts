import { podField } from "../../kubernetes/containers";
import type { VllmServer } from "../../vllm/model";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import { isAtLeast } from "../../vllm/version";
import { numberAt } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { servicesOf } from "../exposure";
import { placeOfServer } from "../places";
import { isOnSpot, scalersOf } from "../scaled";
import { servesRequests, writtenOut, type WrittenOut } from "../written-out";
import { hasPreStop } from "./pre-stop";

const TIMEOUT = "--shutdown-timeout";

/** Seconds in which the endpoint is taken out everywhere, for requests to end, and for the engine to follow. */
const LEAVE = 15;
const FINISH = 60;
const MARGIN = 15;

export const noDrain = defineRule({
  id: "lifecycle/no-drain",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A server that comes and goes with the load cuts off running requests each time it goes.",
  why: `When a pod is to end, the kubelet sends SIGTERM at the same moment in which the Service begins to forget it. vLLM stops at once:
\`--shutdown-timeout\`, new in 0.18, is 0 by default, and running generations are aborted. Every scale-down, node taken back and rollout so costs the
requests in flight, and those that still arrive for some seconds. A preStop hook that sleeps lets the endpoint disappear first, the
timeout lets requests finish, and \`terminationGracePeriodSeconds\` has to cover both. With an autoscaler or Spot nodes the finding is a
warning, otherwise, behind a Service, for information.`,
  sources: [
    "https://github.com/vllm-project/vllm/pull/36666",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://github.com/kserve/kserve/issues/5496",
  ],
  check(server, report, { view }) {
    const whole = writtenOut(server);
    if (!whole || !servesRequests(server) || server.object.kind === "Pod") return;
    if (hasPreStop(whole.container) || drains(server)) return;
    const why = reasonOf(server, whole, view);
    if (why === undefined && servicesOf(server, view).length === 0) return;
    const fix = drainFix(server, whole);
    report(placeOfServer(server), {
      message: `Container \`${server.name}\` ends at once and aborts its running requests${why ? `; ${why}` : ""}.`,
      advice: `Let it finish: a preStop sleep, \`${TIMEOUT}\` where the version has it, and a grace period that covers both.`,
      severity: why ? "warning" : "info",
      fixes: fix ? [fix] : [],
    });
  },
});

/** Waits for requests, or may do so for all that can be seen. */
function drains({ engine, version }: VllmServer): boolean {
  if (engine.absent(TIMEOUT)) return false;
  const value = engine.integer(TIMEOUT);
  return !value.known || (value.value > 0 && isAtLeast(version.version, "0.18"));
}

function reasonOf(server: VllmServer, { pod }: WrittenOut, view: View): string | undefined {
  if (scalersOf(server, view).length > 0) return "an autoscaler takes replicas away";
  return isOnSpot(pod) ? "Spot nodes are taken back at any time" : undefined;
}

/** Hook, timeout and grace period belong together: one without the others cuts requests all the same. */
function drainFix(server: VllmServer, { pod, container }: WrittenOut): Fix | undefined {
  const { version, origin } = server.version;
  const written = podField(pod, "terminationGracePeriodSeconds");
  const grace = written === undefined ? 30 : numberAt(written);
  if (container.node.flow || grace === undefined) return undefined;
  const hasTimeout =
    origin !== "newest" &&
    isAtLeast(version, "0.18") &&
    server.entry !== "wrapper" &&
    canSetArgument(server, TIMEOUT);
  const needed = LEAVE + (hasTimeout ? FINISH : 0) + MARGIN;
  return {
    title: `Sleep ${LEAVE} s before the end${hasTimeout ? `, and wait up to ${FINISH} s for requests` : ""}`,
    apply(editor) {
      if (hasTimeout) setArgument(editor, server, TIMEOUT, String(FINISH));
      editor.setPath(container.node, ["lifecycle", "preStop", "exec", "command"], ["sleep", String(LEAVE)]);
      if (grace < needed) editor.setEntry(pod.spec, "terminationGracePeriodSeconds", needed);
    },
  };
}
