import { behaviorPath, isComposed } from "../../autoscaling/scaler";
import { mapAt, spotOf, type YamlMap } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";
import { slowest } from "./cooldown-inert";
import { loadSignals } from "./load-signals";
import { pacedBehavior } from "./scaled-object";
import { concernsVllm, isComplete } from "./scope";
import type { Scaler } from "../../kubernetes/model";

/** With fewer replicas than this there is little to overshoot. */
const FEW = 4;

export const unpacedBehavior = defineRule({
  id: "autoscaling/unpaced-behavior",
  severity: "info",
  fix: "suggested",
  subject: "scaler",
  summary: "Nothing limits how many replicas are added while the first new one still loads.",
  why: `Without a policy the HPA may add four replicas, or double them, every 15 s. A vLLM replica needs minutes from its creation to its first
token, and a request that waits stays in the engine that took it: the queue keeps growing during the cold start, and every evaluation asks
for more. By the time the first new replica answers, the maximum has often been asked for where two or three were needed. Two replicas per
cold start, and one less every two minutes, follow the load without that.`,
  sources: [
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#default-behavior",
    "https://github.com/vllm-project/aibrix/issues/2670",
    "https://github.com/ray-project/ray/issues/18925",
  ],
  check(scaler, report, context) {
    const spec = scaler.spec;
    const most = scaler.maxReplicas ?? (spec?.get("maxReplicaCount") ? 0 : 100);
    if (!spec || !isComplete(scaler) || most < FEW || scaler.object.kind === "ScaledJob") return;
    if (isComposed(scaler) || isPaced(scaler, spec) || !integrates(scaler)) return;
    const at = spec.entry("maxReplicaCount") ?? spec.entry("maxReplicas") ?? spec.entry("scaleTargetRef");
    if (!at || !concernsVllm(scaler, context.view)) return;
    report(spotOf(at.key), {
      message: `No \`scaleUp\` policy: the HPA may add 4 replicas or double them every 15 s, up to ${most}, while the first still loads.`,
      advice: "Limit it to two per cold start.",
      fixes: [paceFix(scaler, spec, context)],
    });
  },
});

function isPaced(scaler: Scaler, spec: YamlMap): boolean {
  const behavior = mapAt(spec, ...behaviorPath(scaler));
  const scaleUp = mapAt(behavior, "scaleUp");
  return (
    [behavior, scaleUp].some((map) => map?.open) ||
    ["policies", "selectPolicy"].some((key) => scaleUp?.get(key))
  );
}

function paceFix(scaler: Scaler, spec: YamlMap, context: RuleContext): Fix {
  return {
    title: "Add policies for scaling up and down",
    apply(editor) {
      const paced = pacedBehavior(slowest(scaler, context));
      const behavior = mapAt(spec, ...behaviorPath(scaler));
      if (!behavior || behavior.entries.length === 0)
        return editor.setPath(spec, behaviorPath(scaler), paced);
      editor.setPath(behavior, ["scaleUp", "policies"], paced.scaleUp.policies);
      if (!behavior.entry("scaleDown")) editor.setEntry(behavior, "scaleDown", paced.scaleDown);
    },
  };
}

/** Queue and requests in flight grow during the cold start; a mean or a share does not. */
function integrates(scaler: Scaler): boolean {
  return loadSignals(scaler).some(({ follows }) => follows === "queue" || follows === "in-flight");
}
