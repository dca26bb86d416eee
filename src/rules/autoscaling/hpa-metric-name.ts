import { adapterNames } from "../../metrics/adapter";
import type { Scaler, ScalerSignal } from "../../kubernetes/model";
import { mapAt, scalarAt, spotOf, type YamlScalar } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Report } from "../define";
import { checkName } from "../metrics/name-state";

export const hpaMetricName = defineRule({
  id: "autoscaling/hpa-metric-name",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "An HPA asks for a vLLM metric that nothing serves, or in a form that the API refuses.",
  why: `An HPA does not ask Prometheus, it asks the Kubernetes metrics API, and the name has to be the one that the adapter's rule gives the
series (\`name.as\`, else the series' own name, colon included). With any other name the metric is an error, and the HPA neither
scales up nor down on it. The same happens when vLLM has stopped exporting the series behind the name. A metric of type Pods is an
average by nature: the API server refuses one whose target has no \`averageValue\`.`,
  sources: [
    "https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md",
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go",
    "https://docs.vllm.ai/en/latest/usage/metrics/",
  ],
  check(scaler, report, { view }) {
    if (scaler.type !== "hpa") return;
    for (const signal of scaler.signals) {
      checkTarget(signal, scaler, report);
      const { metric } = signal;
      const match = metric && !metric.templated ? VLLM_NAME.exec(metric.text) : null;
      if (!metric || !match) continue;
      checkHistory(metric, match, scaler, report, view);
      checkAdapter(metric, report, view);
    }
  },
});

/** Adapters and Google's exporter keep the name or write `_` for the colon: `vllm_x`, `prometheus.googleapis.com|vllm:x|gauge`. */
const VLLM_NAME = /(^|[|/])(vllm[:_])([a-z0-9_]+)/;

function checkHistory(
  metric: YamlScalar,
  match: RegExpExecArray,
  scaler: Scaler,
  report: Report,
  view: View,
): void {
  const start = match.index + (match[1]?.length ?? 0);
  const name = `vllm:${match[3] ?? ""}`;
  const span = { start, end: start + name.length };
  checkName({ name, text: metric, span, flow: true, names: new Set() }, scaler.object, report, view);
}

/** Only where all of the adapter's rules can be followed. The chart's own default rules serve series under their own names. */
function checkAdapter(metric: YamlScalar, report: Report, view: View): void {
  if (!/^vllm_/.test(metric.text)) return;
  const served = view.select((all) => adapterNames(all.queries()));
  if (!served || served.size === 0 || served.has(metric.text)) return;
  const bare = (name: string): string => name.replace(/^vllm[:_]/, "");
  const near = [...served].filter((name) => bare(name) === bare(metric.text));
  const meant = near.length === 1 ? near[0] : undefined;
  report(spotOf(metric), {
    message: `No adapter rule in view serves \`${metric.text}\`${meant === undefined ? "." : `; one serves \`${meant}\`.`}`,
    advice: meant === undefined ? "Add a rule whose `name.as` is this name." : `Ask for \`${meant}\`.`,
    severity: "warning",
    fixes:
      meant === undefined
        ? []
        : [{ title: `Ask for \`${meant}\``, apply: (editor) => editor.setScalar(metric, meant) }],
  });
}

function checkTarget({ node, type }: ScalerSignal, scaler: Scaler, report: Report): void {
  const target = mapAt(node, "pods", "target");
  if (type !== "pods" || !target || target.open || scaler.object.partial || target.entry("averageValue"))
    return;
  const written = target.entry("value");
  const value = scalarAt(target, "value");
  report(spotOf(written?.key ?? scalarAt(target, "type") ?? target), {
    message: "A Pods metric is an average: the API server refuses a target without `averageValue`.",
    advice: "Set `averageValue`.",
    fixes:
      written && value
        ? [
            {
              title: "Use `averageValue`",
              apply(editor) {
                if (target.entry("type")) editor.setEntry(target, "type", "AverageValue");
                editor.replace(spotOf(written.key), "averageValue");
              },
            },
          ]
        : [],
  });
}
