import { stringsAt } from "../../kubernetes/known";
import type { Scaler } from "../../kubernetes/model";
import { spotOf, textAt } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Severity } from "../define";
import { concernsVllm } from "./scope";

export const twoAutoscalers = defineRule({
  id: "autoscaling/two-autoscalers",
  severity: "warning",
  fix: "none",
  subject: "scaler",
  summary: "Two autoscalers in view scale the same workload.",
  why: `KEDA makes an HPA of every ScaledObject. A second HPA, or a second ScaledObject, on the same workload sets the replicas to another number
every 15 s, and each undoes the other. KEDA's admission webhook refuses the ScaledObject when it sees the HPA, but it is registered so that
its own failure lets the object through. To move from an HPA to KEDA, delete the HPA, or hand it over with
\`scaledobject.keda.sh/transfer-hpa-ownership\`.`,
  sources: [
    "https://keda.sh/docs/2.20/concepts/admission-webhooks/",
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#transfer-ownership-of-an-existing-hpa",
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#ambiguous-selectors",
  ],
  check(scaler, report, { view }) {
    const { target } = scaler;
    if (!target || isHandedOver(scaler) || !concernsVllm(scaler, view)) return;
    const rivals = view.select((all) => all.scalers().filter((other) => sharesTarget(scaler, other)));
    // Said once, at the one that is written last.
    const first = rivals[0];
    if (!first || first === scaler || rivals.some(isHandedOver)) return;
    const severity = severityOf(scaler, first, view);
    if (!severity) return;
    report(spotOf(target.node.entry("name")?.value ?? target.node), {
      message: `${first.object.kind} \`${first.object.name ?? ""}\` scales \`${target.name}\` as well: each undoes what the other sets.`,
      advice: "Apply one of them.",
      related: [{ at: spotOf(first.target?.node ?? first.object.node), message: "The other one." }],
      severity,
    });
  },
});

/** One file is applied as a whole. Files of their own may be a choice: examples hold an HPA on one metric and another on a second. */
function severityOf({ object }: Scaler, { object: other }: Scaler, view: View): Severity | undefined {
  if (object.doc === other.doc || (object.file !== undefined && object.file === other.file)) return "error";
  if (view.objects("Kustomization").length > 0) return "warning";
  return object.kind === other.kind ? undefined : "info";
}

function sharesTarget(a: Scaler, b: Scaler): boolean {
  if (!a.target || !b.target || a.object.namespace !== b.object.namespace) return false;
  const isVariant = a !== b && a.object.kind === b.object.kind && a.object.name === b.object.name;
  return !isVariant && a.target.kind === b.target.kind && a.target.name === b.target.name;
}

/** KEDA takes over the HPA of that name instead of making its own. */
function isHandedOver({ object, spec }: Scaler): boolean {
  const annotations = stringsAt(object.node, "metadata", "annotations");
  const hpa = textAt(spec, "advanced", "horizontalPodAutoscalerConfig", "name");
  return annotations.get("scaledobject.keda.sh/transfer-hpa-ownership") === "true" || hpa !== undefined;
}
