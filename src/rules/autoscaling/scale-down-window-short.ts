import { scaleDownPath } from "../../autoscaling/scaler";
import { mapAt, numberAt, scalarAt, spotOf, textAt } from "../../yaml/node";
import { defineRule } from "../define";
import { slowest } from "./cooldown-inert";
import { concernsVllm } from "./scope";

/** Below this a lull of ordinary traffic is enough, whatever the model. */
const SHORT_FOR_ANY = 120;
/** What the API allows. */
const LONGEST = 3600;

export const scaleDownWindowShort = defineRule({
  id: "autoscaling/scale-down-window-short",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "The window that delays scaling down is shorter than the time a new replica takes to start.",
  why: `The HPA scales down to the highest number it wanted within \`behavior.scaleDown.stabilizationWindowSeconds\`, 300 s by default. A
window shorter than the cold start takes replicas away in a lull after which they are needed again before they could be back: each such
lull costs image pull, weight load, compilation and graph capture. Twice the cold start is a good length. 0 follows every dip.`,
  sources: [
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window",
    "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
  ],
  check(scaler, report, context) {
    const scaleDown = mapAt(scaler.spec, ...scaleDownPath(scaler));
    const scalar = scalarAt(scaleDown, "stabilizationWindowSeconds");
    const window = numberAt(scaleDown, "stabilizationWindowSeconds");
    if (!scaleDown || !scalar || window === undefined || textAt(scaleDown, "selectPolicy") === "Disabled")
      return;
    if (!concernsVllm(scaler, context.view)) return;
    const coldStart = slowest(scaler, context);
    const least = coldStart ? Math.max(SHORT_FOR_ANY, coldStart.low) : SHORT_FOR_ANY;
    if (window >= least) return;
    const enough = Math.min(LONGEST, Math.max(300, Math.ceil((2 * (coldStart?.typical ?? 0)) / 60) * 60));
    const lull = window === 0 ? "The first dip" : `A lull of ${window} s`;
    const cost = coldStart
      ? `and a new one takes ${coldStart.text} to start`
      : "and a new one has to load its weights first";
    report(spotOf(scalar), {
      message: `${lull} takes replicas away, ${cost}.`,
      advice: `Set the window to ${enough} s${coldStart ? ", about twice the cold start" : " or more"}.`,
      ...(window === 0 && { severity: "error" as const }),
      fixes: [
        {
          title: `Set \`stabilizationWindowSeconds\` to \`${enough}\``,
          apply: (editor) => editor.setEntry(scaleDown, "stabilizationWindowSeconds", enough),
        },
      ],
    });
  },
});
