import { allEntries } from "../../kubernetes/entries";
import type { ScalerSignal } from "../../kubernetes/model";
import { numberAt, scalarAt, spotOf, type YamlMap, type YamlScalar } from "../../yaml/node";
import { defineRule, type Report } from "../define";
import { concernsVllm } from "./scope";

export const triggerMetadataType = defineRule({
  id: "autoscaling/trigger-metadata-type",
  severity: "error",
  fix: "safe",
  subject: "scaler",
  summary: "A value in a trigger's metadata is a YAML number or boolean, or a required one is missing.",
  why: `A trigger's \`metadata\` is a map of strings in the ScaledObject's schema. The API server rejects \`threshold: 10\` and
\`ignoreNullValues: false\` with "Invalid value: integer: must be of type string", so the whole object is not applied. A prometheus
trigger without \`query\`, \`threshold\` or \`serverAddress\`, or with a threshold that is not above 0, is taken by the API server and
refused by KEDA: the ScaledObject stays not ready, and nothing scales.`,
  sources: [
    "https://keda.sh/docs/2.20/scalers/prometheus/",
    "https://github.com/kedacore/keda-docs/issues/302",
    "https://github.com/kedacore/keda/issues/2793",
    "https://github.com/kedacore/keda/blob/main/pkg/scalers/prometheus_scaler.go",
  ],
  check(scaler, report, { view }) {
    if (scaler.type !== "keda" || !concernsVllm(scaler, view)) return;
    for (const signal of scaler.signals) {
      const { metadata } = signal;
      if (!metadata || scaler.form === "inference-service") continue;
      for (const { key, value } of allEntries(metadata)) {
        if (value?.kind === "scalar") checkType(key.text, value, report);
      }
      if (signal.type !== "prometheus") continue;
      checkThreshold(metadata, report);
      if (!scaler.object.partial && !metadata.open) checkRequired(signal, metadata, report);
    }
  },
});

function checkType(key: string, value: YamlScalar, report: Report): void {
  if (value.templated || (typeof value.value !== "number" && typeof value.value !== "boolean")) return;
  const written = value.doc.text.slice(value.span.start, value.span.end);
  report(spotOf(value), {
    message: `\`${key}: ${written}\` is a ${typeof value.value}: the API server takes only strings in a trigger's metadata.`,
    advice: "Quote it.",
    fixes: [
      { title: `Write \`"${written}"\``, apply: (editor) => editor.replace(spotOf(value), `"${written}"`) },
    ],
  });
}

function checkThreshold(metadata: YamlMap, report: Report): void {
  const scalar = scalarAt(metadata, "threshold");
  const threshold = numberAt(metadata, "threshold");
  if (!scalar || threshold === undefined || threshold > 0) return;
  report(spotOf(scalar), {
    message: `\`threshold\` is ${threshold}: the HPA refuses a target that is not above 0.`,
    advice: "Set what one replica should carry.",
    fixes: [],
  });
}

function checkRequired(signal: ScalerSignal, metadata: YamlMap, report: Report): void {
  // An authenticationRef can bring parameters from a secret.
  if (signal.node.get("authenticationRef") !== undefined || metadata.entry("<<")) return;
  const missing = ["serverAddress", "query", "threshold"].filter((key) => metadata.entry(key) === undefined);
  const at = signal.node.entry("metadata");
  if (missing.length === 0 || !at) return;
  const names = missing.map((key) => `\`${key}\``).join(" and ");
  report(spotOf(at.key), {
    message: `The prometheus trigger has no ${names}: KEDA refuses it.`,
    advice: `Add ${names}.`,
    fixes: [],
  });
}
