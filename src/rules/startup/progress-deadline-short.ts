import { probeOf } from "../../kubernetes/probes";
import type { VllmServer } from "../../vllm/model";
import { mapAt, numberAt, scalarAt, spotOf } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule } from "../define";
import { placeOfField } from "../places";
import { duration } from "../wording";
import { writtenOut } from "../written-out";
import { loadTime } from "./load-time";

/** What a Deployment allows that says nothing. */
const USUAL = 600;
/** Seconds for scheduling a node and pulling an image of 10 GB, on top of the load itself. */
const BEFORE_START = 600;

export const progressDeadlineShort = defineRule({
  id: "startup/progress-deadline-short",
  severity: "warning",
  fix: "safe",
  subject: "server",
  summary: "The rollout is reported as failed before the pod's own startup probe gives up.",
  why: `A Deployment that makes no progress for \`progressDeadlineSeconds\`, ten minutes by default, is marked as failed: \`kubectl rollout status\`
returns an error, Argo CD calls it degraded, and pipelines roll back a server that was only loading. The time counts from the pod's creation, so
it has to cover a new node, an image of ten gigabytes and all of what the startup probe allows. It is a warning when a load of common
length is already too long for the deadline, and for information when only the probe's own budget is.`,
  sources: [
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
    "https://github.com/kserve/kserve/issues/3795",
    "https://github.com/kserve/kserve/issues/5684",
  ],
  check(server, report, context) {
    const budget = startupBudget(server);
    const spec = mapAt(server.object.node, "spec");
    if (!spec || budget === undefined || server.object.kind !== "Deployment") return;
    const written = spec.get("progressDeadlineSeconds");
    const deadline = written === undefined ? USUAL : numberAt(written);
    if (deadline === undefined || deadline >= budget) return;
    const wanted = budget + BEFORE_START;
    const node = scalarAt(spec, "progressDeadlineSeconds");
    report(node ? spotOf(node) : placeOfField(server, "startupProbe"), {
      message: `The startup probe allows ${duration(budget)}; the rollout counts as failed after ${duration(deadline)}${node ? "" : ", the default"}.`,
      advice: `Set the Deployment's \`progressDeadlineSeconds\` to \`${wanted}\`: the probe's time, and ten minutes for node and image.`,
      severity: isTooShortForLoad(server, deadline, context) ? "warning" : "info",
      fixes: [
        {
          title: `Set \`progressDeadlineSeconds\` to \`${wanted}\``,
          apply: (editor) => editor.setEntry(spec, "progressDeadlineSeconds", wanted),
        },
      ],
    });
  },
});

function startupBudget(server: VllmServer): number | undefined {
  const container = writtenOut(server)?.container;
  return container && probeOf(container, "startupProbe")?.budgetSeconds;
}

function isTooShortForLoad(server: VllmServer, deadline: number, context: RuleContext): boolean {
  const time = loadTime(server, context);
  return time !== undefined && time.typical > deadline;
}
