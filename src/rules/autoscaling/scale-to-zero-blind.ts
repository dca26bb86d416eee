import { prometheusTriggers } from "../../metrics/triggers";
import { readMetricName } from "../../metrics/names";
import type { Scaler } from "../../kubernetes/model";
import { numberAt, scalarAt, spotOf, type YamlMap } from "../../yaml/node";
import type { Spot } from "../../yaml/document";
import { defineRule } from "../define";
import { isPaused } from "./scope";

export const scaleToZeroBlind = defineRule({
  id: "autoscaling/scale-to-zero-blind",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "A server scales to zero on metrics that only its own pods export, so nothing can wake it.",
  why: `vLLM's metrics come from its pods. Without a pod there is no series, the query returns nothing, KEDA reads 0, and the trigger never
becomes active again: the server stays away until a person scales it. Waking needs a signal that exists at zero pods, such as the requests
that arrive at a router or gateway, a message queue, KEDA's HTTP add-on, or a schedule.`,
  sources: [
    "https://keda.sh/docs/2.20/concepts/scaling-deployments/#activating-and-scaling-thresholds",
    "https://github.com/vllm-project/production-stack/pull/679",
    "https://github.com/kedacore/keda/blob/main/pkg/scaling/executor/scale_scaledobjects.go",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    const zero = spec && zeroIn(spec);
    if (!zero || scaler.object.kind !== "ScaledObject" || isPaused(scaler) || !seesOnlyItsPods(scaler))
      return;
    // The metrics of another server of the same name could wake this one.
    const alone = view.select((all) => all.servers().length) <= 1;
    report(zero.at, {
      message: `\`${zero.field}: 0\` takes the last pod away, and every trigger reads metrics that only the pods export: nothing wakes it.`,
      advice: "Keep one replica, or add a trigger on requests at the router or gateway.",
      ...(!alone && { severity: "warning" as const }),
      fixes: [
        {
          title:
            zero.field === "minReplicaCount" ? "Set `minReplicaCount` to `1`" : "Delete `idleReplicaCount`",
          apply(editor) {
            if (zero.field === "minReplicaCount") editor.setEntry(spec, zero.field, 1);
            else editor.removeEntry(spec, zero.field);
          },
        },
      ],
    });
  },
});

interface Zero {
  readonly field: "minReplicaCount" | "idleReplicaCount";
  readonly at: Spot;
}

function zeroIn(spec: YamlMap): Zero | undefined {
  for (const field of ["idleReplicaCount", "minReplicaCount"] as const) {
    const scalar = scalarAt(spec, field);
    if (scalar && numberAt(spec, field) === 0 && spec.entry(field)) return { field, at: spotOf(scalar) };
  }
  return undefined;
}

/** Names of the catalogue come from engines; a router's own begin with `vllm:` too and exist without one. */
function seesOnlyItsPods(scaler: Scaler): boolean {
  const triggers = prometheusTriggers(scaler);
  return (
    triggers.length > 0 &&
    triggers.length === scaler.signals.length &&
    triggers.every(
      ({ query, text }) =>
        !text.templated &&
        !query.uncertain &&
        query.selectors.length > 0 &&
        query.selectors.every(({ name }) => name !== undefined && readMetricName(name) !== undefined),
    )
  );
}
