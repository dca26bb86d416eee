import { replicaFloor } from "../../autoscaling/scaler";
import { prometheusTriggers } from "../../metrics/triggers";
import type { Scaler } from "../../kubernetes/model";
import { mentionsVllmMetric } from "../../metrics/names";
import { spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { concernsVllm, isPaused } from "./scope";

export const minReplicasOmitted = defineRule({
  id: "autoscaling/min-replicas-omitted",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "A ScaledObject without minReplicaCount takes the server down to zero replicas.",
  why: `KEDA's default for \`minReplicaCount\` is 0. When no trigger is active for the cooldown period, KEDA takes the last replica away, and
the next request finds no server: it fails, or waits for a whole cold start. vLLM's own metrics cannot wake it either, because at zero
pods there are no series. An HPA's default is 1, which is why the field is easily forgotten.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/",
    "https://github.com/kedacore/keda/blob/main/pkg/scaling/executor/scale_scaledobjects.go",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    if (!spec || scaler.object.kind !== "ScaledObject" || !concernsVllm(scaler, view)) return;
    const { minimum, isWritten, hasIdle } = replicaFloor(scaler);
    if (minimum !== 0 || isWritten || hasIdle || spec.entry("<<") || isPaused(scaler) || canWake(scaler))
      return;
    const misnamed = spec.entry("minReplicas");
    const at = misnamed ?? spec.entry("scaleTargetRef");
    if (!at) return;
    report(spotOf(at.key), {
      message: misnamed
        ? "`minReplicas` is the HPA's name for it: KEDA ignores it and scales to 0."
        : "`minReplicaCount` is not set and defaults to 0: the last replica goes when the triggers are quiet.",
      advice: misnamed ? "Write `minReplicaCount`." : "Set `minReplicaCount: 1`.",
      fixes: [
        misnamed
          ? {
              title: "Rename it to `minReplicaCount`",
              apply(editor) {
                editor.replace(spotOf(misnamed.key), "minReplicaCount");
                const most = spec.entry("maxReplicaCount") ? undefined : spec.entry("maxReplicas");
                if (most) editor.replace(spotOf(most.key), "maxReplicaCount");
              },
            }
          : {
              title: "Set `minReplicaCount` to `1`",
              apply: (editor) => editor.setEntry(spec, "minReplicaCount", 1),
            },
      ],
    });
  },
});

/** A trigger on something other than the pods it scales can bring the first one back: then zero may be meant. */
function canWake(scaler: Scaler): boolean {
  const own = new Set(
    prometheusTriggers(scaler)
      .filter(({ query }) => mentionsVllmMetric(query.text))
      .map(({ signal }) => signal),
  );
  return scaler.signals.some(
    (signal) => !own.has(signal) && signal.type !== "cpu" && signal.type !== "memory",
  );
}
