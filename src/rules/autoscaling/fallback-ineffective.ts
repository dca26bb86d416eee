import { isComposed } from "../../autoscaling/scaler";
import type { Scaler } from "../../kubernetes/model";
import { mapAt, numberAt, scalarAt, spotOf, type YamlMap } from "../../yaml/node";
import { defineRule, type Report } from "../define";
import { concernsVllm } from "./scope";

export const fallbackIneffective = defineRule({
  id: "autoscaling/fallback-ineffective",
  severity: "warning",
  fix: "none",
  subject: "scaler",
  summary: "A ScaledObject has a fallback that can never take effect.",
  why: `KEDA answers the HPA with the fallback's replicas when a trigger has failed often enough. It does so for external metrics only: CPU
and memory are read by the HPA itself, so a ScaledObject with nothing else is refused. With \`scalingModifiers\` KEDA reads the composed
target as a whole number, and with a target such as \`0.8\` the fallback is switched off without a word. Scale the formula and the target by
100 to keep it.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/#fallback",
    "https://github.com/kedacore/keda/blob/main/pkg/fallback/fallback.go",
    "https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_types.go",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    const fallback = spec?.entry("fallback");
    if (!spec || !fallback?.value || scaler.object.kind !== "ScaledObject" || scaler.object.partial) return;
    if (!concernsVllm(scaler, view)) return;
    if (isComposed(scaler)) reportTarget(spec, report);
    else if (isHostOnly(scaler)) {
      report(spotOf(fallback.key), {
        message:
          "KEDA has no fallback for CPU and memory triggers, and there are no others: it refuses the ScaledObject.",
        advice: "Add a trigger on vLLM's load, or delete the fallback.",
        severity: "error",
      });
    }
  },
});

function isHostOnly({ signals }: Scaler): boolean {
  return signals.length > 0 && signals.every(({ type }) => type === "cpu" || type === "memory");
}

function reportTarget(spec: YamlMap, report: Report): void {
  const modifiers = mapAt(spec, "advanced", "scalingModifiers");
  const scalar = scalarAt(modifiers, "target");
  const target = numberAt(modifiers, "target");
  if (!scalar || target === undefined || Number.isInteger(target)) return;
  report(spotOf(scalar), {
    message: `The composed target \`${scalar.text}\` is no whole number, and KEDA then leaves the fallback out.`,
    advice: "Multiply the formula and the target by 100.",
  });
}
