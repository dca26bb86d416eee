import { podField } from "../../kubernetes/containers";
import { spotPoolOf } from "../../kubernetes/spot";
import type { VllmServer } from "../../vllm/model";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { Spot } from "../../yaml/document";
import { numberAt, spotOf } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { drainTimeout, preStopSleep } from "../draining";
import { servesRequests, writtenOut, type WrittenOut } from "../written-out";

/** The longest notice of any cloud, for labels that do not name one. */
const LONGEST = 120;

export const spotGrace = defineRule({
  id: "scheduling/spot-grace",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Draining takes longer than the notice that a Spot node is given.",
  why: `When a cloud takes a Spot node back, the kubelet gives its pods what is left of the notice, whatever \`terminationGracePeriodSeconds\` says: on
GKE 15 seconds for ordinary pods (30 for the node; newer versions can be set to 120), on AKS about 30, on EC2 120. A preStop hook and
\`--shutdown-timeout\` that add up to more are cut off, and the requests that they were for are lost. Make them fit, and let the gateway retry what
is longer.`,
  sources: [
    "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
    "https://learn.microsoft.com/azure/virtual-machines/spot-vms",
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html",
    "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    const pool = whole && spotPoolOf(whole.pod);
    if (!whole || !pool || !servesRequests(server)) return;
    const notice = pool.noticeSeconds ?? LONGEST;
    const wait = drainOf(server, whole) ?? graceOf(whole);
    if (!wait || wait.seconds <= notice) return;
    report(wait.at, {
      message: `${wait.name} takes up to ${wait.seconds} s; a Spot node ${pool.cloud === undefined ? "has" : `of ${pool.cloud} has`} ${notice} s${pool.cloud === undefined ? " at most" : ""}.`,
      advice: "Make the draining fit into the notice; what is longer is cut off.",
      // A grace period alone is time that is allowed, not time that is taken.
      severity: wait.isDrain ? "warning" : "info",
      related: [{ at: spotOf(pool.label.node), message: "Runs on Spot nodes" }],
      fixes: timeoutFix(server, whole, notice),
    });
  },
});

interface Ending {
  readonly name: string;
  readonly seconds: number;
  readonly at: Spot;
  readonly isDrain: boolean;
}

function drainOf(server: VllmServer, { container }: WrittenOut): Ending | undefined {
  const stop = preStopSleep(container);
  const drain = drainTimeout(server);
  const first = drain ?? stop;
  if (!first) return undefined;
  return {
    name: "Draining",
    seconds: (stop?.seconds ?? 0) + (drain?.seconds ?? 0),
    at: first.at,
    isDrain: true,
  };
}

function graceOf({ pod }: WrittenOut): Ending | undefined {
  const written = podField(pod, "terminationGracePeriodSeconds");
  const seconds = written && numberAt(written);
  if (!written || seconds === undefined) return undefined;
  return { name: "Ending the pod", seconds, at: spotOf(written), isDrain: false };
}

/** Two seconds are left for the process to end. */
function timeoutFix(server: VllmServer, { container }: WrittenOut, notice: number): readonly Fix[] {
  const rest = notice - (preStopSleep(container)?.seconds ?? 0) - 2;
  if (!drainTimeout(server) || rest < 1 || !canSetArgument(server, "--shutdown-timeout")) return [];
  return [
    {
      title: `Set \`--shutdown-timeout\` to \`${rest}\``,
      apply: (editor) => setArgument(editor, server, "--shutdown-timeout", String(rest)),
    },
  ];
}
