import { distance } from "fastest-levenshtein";
import type { KubeObject, ScaleTarget, Scaler } from "../../kubernetes/model";
import { scalarAt, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { serversOfObject } from "../scaled";
import { readsVllm } from "../../metrics/triggers";
import { SCALABLE_KINDS } from "./scope";

export const targetNotFound = defineRule({
  id: "autoscaling/target-not-found",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "The workload that an autoscaler names has another kind, or a name that is nearly the same.",
  why: `\`scaleTargetRef\` is looked up by kind and name. KEDA takes a Deployment when no kind is given, so a StatefulSet or LeaderWorkerSet has to
be named with kind and \`apiVersion\`. A target that does not exist is no error for the API server: the HPA says \`FailedGetScale\` in its
events, and nothing scales.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#scaletargetref",
    "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
    "https://github.com/vllm-project/vllm/blob/main/examples/online_serving/chart-helm/templates/hpa.yaml",
  ],
  check(scaler, report, { view }) {
    const { target, object } = scaler;
    if (!target || object.partial || target.node.open) return;
    if (view.named(target.kind, target.name).some(({ namespace }) => namespace === object.namespace)) return;
    const near = view.select((all) => workloads(all, object.namespace));
    const namesake = near.find(({ name }) => name === target.name);
    const isOurs =
      readsVllm(scaler) || (namesake !== undefined && serversOfObject(namesake, view).length > 0);
    if (!isOurs) return;
    if (namesake) reportKind(scaler, target, namesake, report);
    else {
      const meant = closest(target.name, target.kind, near);
      if (meant) reportName(scaler, target, meant, report);
    }
  },
});

function reportKind(scaler: Scaler, target: ScaleTarget, meant: KubeObject, report: Report): void {
  const kind = scalarAt(target.node, "kind");
  report(spotOf(kind ?? scalarAt(target.node, "name") ?? target.node), {
    message: `\`${target.name}\` is a ${meant.kind}, and the target is a ${target.kind}${kind ? "" : ", KEDA's default"}: nothing is scaled.`,
    advice: `Set \`kind: ${meant.kind}\` and its \`apiVersion\`.`,
    related: relatedTo(meant),
    fixes: [kindFix(scaler, meant)],
  });
}

function reportName(scaler: Scaler, target: ScaleTarget, meant: KubeObject, report: Report): void {
  const name = meant.name ?? "";
  report(spotOf(scalarAt(target.node, "name") ?? target.node), {
    message: `No ${target.kind} \`${target.name}\` is in view; one is called \`${name}\`.`,
    advice: `Write \`${name}\`, unless the other one exists elsewhere.`,
    severity: "warning",
    related: relatedTo(meant),
    fixes: [nameFix(scaler, meant)],
  });
}

function relatedTo(meant: KubeObject) {
  const at = spotOf(scalarAt(meant.node, "metadata", "name") ?? meant.node);
  return [{ at, message: "The workload in view." }];
}

function workloads(view: View, namespace: string | undefined): readonly KubeObject[] {
  return SCALABLE_KINDS.flatMap((kind) => view.objects(kind)).filter(
    (object) => object.namespace === namespace && object.name !== undefined,
  );
}

/** One letter more, less or other, and no digit: `llama-8b` and `llama-70b` are two models. */
function closest(name: string, kind: string, near: readonly KubeObject[]): KubeObject | undefined {
  const found = near.filter(
    (one) =>
      one.kind === kind &&
      distance(one.name ?? "", name) <= 2 &&
      name.length >= 6 &&
      (one.name ?? "").replace(/\D/g, "") === name.replace(/\D/g, ""),
  );
  return found.length === 1 ? found[0] : undefined;
}

function kindFix({ target }: Scaler, meant: KubeObject): Fix {
  return {
    title: `Set \`kind: ${meant.kind}\``,
    apply(editor) {
      if (!target) return;
      const apiVersion = meant.group === "" ? meant.version : `${meant.group}/${meant.version}`;
      editor.setEntry(target.node, "kind", meant.kind);
      if (target.group === undefined || target.group !== meant.group)
        editor.setEntry(target.node, "apiVersion", apiVersion);
    },
  };
}

function nameFix({ target }: Scaler, meant: KubeObject): Fix {
  return {
    title: `Write \`${meant.name ?? ""}\``,
    apply(editor) {
      if (target) editor.setEntry(target.node, "name", meant.name ?? "");
    },
  };
}
