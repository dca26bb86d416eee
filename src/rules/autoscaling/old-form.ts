import type { Scaler, ScalerSignal } from "../../kubernetes/model";
import type { YamlEditor } from "../../yaml/edit";
import type { Plain } from "../../yaml/format";
import { mapAt, mapsAt, scalarAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { replaceEntry } from "./hpa-to-scaled-object";
import { concernsVllm } from "./scope";

/** The release of Kubernetes that no longer serves a version of the HPA. */
const GONE: ReadonlyMap<string, string> = new Map([
  ["v2beta1", "1.25"],
  ["v2beta2", "1.26"],
]);

export const oldForm = defineRule({
  id: "autoscaling/old-form",
  severity: "error",
  fix: "safe",
  subject: "scaler",
  summary: "An autoscaler is written for a release of Kubernetes or KEDA that is gone.",
  why: `Kubernetes 1.25 stopped serving \`autoscaling/v2beta1\` and 1.26 \`autoscaling/v2beta2\`: the object is refused with "no matches for kind".
\`autoscaling/v2\` has been there since 1.23; v2beta2 differs from it in the name only, v2beta1 also kept targets beside the metric. KEDA
2.18 took \`metadata.type\` from the CPU and memory scalers: the type stands beside \`type\`, as \`metricType\`, and without it the trigger is
refused.`,
  sources: [
    "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#horizontalpodautoscaler-v126",
    "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#horizontalpodautoscaler-v125",
    "https://keda.sh/docs/2.20/scalers/cpu/",
    "https://github.com/apache/camel-k/pull/6740",
  ],
  check(scaler, report, { view }) {
    if (!concernsVllm(scaler, view)) return;
    if (scaler.type === "hpa") checkVersion(scaler, report);
    else for (const signal of scaler.signals) checkResource(signal, report);
  },
});

function checkVersion({ object, spec }: Scaler, report: Report): void {
  const { version, node } = object;
  const gone = GONE.get(version);
  const written = scalarAt(node, "apiVersion");
  if (gone === undefined || !written) return;
  const metrics = mapsAt(spec, "metrics");
  const canMove = version === "v2beta2" || metrics.every((metric) => !holdsFlow(metric));
  const fix: Fix = {
    title: "Write it as `autoscaling/v2`",
    apply(editor) {
      editor.setScalar(written, "autoscaling/v2");
      if (version === "v2beta1") for (const metric of metrics) moveMetric(editor, metric);
    },
  };
  report(spotOf(written), {
    message: `\`autoscaling/${version}\` is not served since Kubernetes ${gone}: the HPA is refused.`,
    advice: "Write it as `autoscaling/v2`.",
    fixes: canMove ? [fix] : [],
  });
}

const SOURCES = ["resource", "pods", "object", "external"];

function holdsFlow(metric: YamlMap): boolean {
  return SOURCES.some((key) => mapAt(metric, key)?.flow === true || mapAt(metric, key)?.open === true);
}

/** Where v2beta1 kept a number, and what v2 makes of it below `target`. */
const TARGETS: Readonly<Record<string, readonly [type: string, key: string]>> = {
  targetAverageUtilization: ["Utilization", "averageUtilization"],
  targetAverageValue: ["AverageValue", "averageValue"],
  targetValue: ["Value", "value"],
};

function moveMetric(editor: YamlEditor, metric: YamlMap): void {
  for (const key of SOURCES) {
    const source = mapAt(metric, key);
    if (!source) continue;
    const described = key === "object" ? source.entry("target") : undefined;
    if (described) editor.replace(spotOf(described.key), "describedObject");
    moveName(editor, source);
    for (const [old, [type, name]] of Object.entries(TARGETS)) {
      const entry = source.entry(old);
      const value = scalarAt(source, old);
      if (entry && value)
        replaceEntry(editor, source, entry, "target", { type, [name]: value.value ?? value.text });
    }
  }
}

function moveName(editor: YamlEditor, source: YamlMap): void {
  const entry = source.entry("metricName");
  const name = textAt(source, "metricName");
  if (!entry || name === undefined) return;
  const selector = mapAt(source, "metricSelector") ?? mapAt(source, "selector");
  const labels = mapAt(selector, "matchLabels");
  const metric: Plain = labels
    ? {
        name,
        selector: {
          matchLabels: Object.fromEntries(
            labels.entries.map((each) => [each.key.text, textAt(each.value) ?? ""]),
          ),
        },
      }
    : { name };
  replaceEntry(editor, source, entry, "metric", metric);
  for (const key of ["metricSelector", "selector"])
    if (labels && source.entry(key)) editor.removeEntry(source, key);
}

function checkResource({ node, type, metadata }: ScalerSignal, report: Report): void {
  if (type !== "cpu" && type !== "memory") return;
  const entry = metadata?.entry("type");
  const value = scalarAt(metadata, "type");
  if (!metadata || !entry || !value || value.templated) return;
  report(spotOf(entry.key), {
    message: `\`metadata.type\` of a ${type} trigger was removed in KEDA 2.18: without \`metricType\` the trigger is refused.`,
    advice: `Write \`metricType: ${value.text}\` beside \`type\`.`,
    severity: node.entry("metricType") ? "info" : "warning",
    fixes: [
      {
        title: `Move it to \`metricType: ${value.text}\``,
        apply(editor) {
          editor.removeEntry(metadata, "type");
          if (!node.entry("metricType")) editor.setEntry(node, "metricType", value.text);
        },
      },
    ],
  });
}
