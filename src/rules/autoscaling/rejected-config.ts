import { replicaFloor } from "../../autoscaling/scaler";
import { knownText } from "../../kubernetes/known";
import type { Scaler } from "../../kubernetes/model";
import { mapAt, mapsAt, numberAt, scalarAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import { defineRule, type Report } from "../define";
import { concernsVllm, isComplete } from "./scope";

export const rejectedConfig = defineRule({
  id: "autoscaling/rejected-config",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "The autoscaler's settings contradict each other, so that KEDA or the API server refuses them.",
  why: `KEDA checks more than its schema: a minimum above the maximum, an \`idleReplicaCount\` that is not below the minimum, \`Utilization\` on a
trigger other than CPU and memory, two triggers of one name, a \`scalingModifiers\` formula without a target or with a name that no trigger
has. The ScaledObject then stays not ready and nothing scales. \`idleReplicaCount\` works with 0 only, whatever is written.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/",
    "https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_types.go",
    "https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_webhook.go",
    "https://github.com/kedacore/keda/issues/2314",
  ],
  check(scaler, report, { view }) {
    const spec = scaler.spec;
    if (!spec || scaler.object.kind === "ScaledJob" || !concernsVllm(scaler, view)) return;
    checkBounds(scaler, spec, report);
    if (scaler.type !== "keda") return;
    checkIdle(scaler, spec, report);
    checkTypes(scaler, report);
    checkNames(spec, report);
    if (isComplete(scaler)) checkFormula(spec, report);
  },
});

function checkBounds(scaler: Scaler, spec: YamlMap, report: Report): void {
  const { minReplicas: least, maxReplicas: most } = scaler;
  const [minimum, maximum] =
    scaler.type === "keda" ? ["minReplicaCount", "maxReplicaCount"] : ["minReplicas", "maxReplicas"];
  const scalar = scalarAt(spec, maximum ?? "");
  if (!scalar || least === undefined || most === undefined || least <= most) return;
  report(spotOf(scalar), {
    message: `\`${maximum ?? ""}: ${most}\` is below \`${minimum ?? ""}: ${least}\`: the object is refused.`,
    advice: "Raise the maximum.",
    fixes: [
      {
        title: `Set \`${maximum ?? ""}\` to \`${least}\``,
        apply: (editor) => editor.setScalar(scalar, least),
      },
    ],
  });
}

function checkIdle(scaler: Scaler, spec: YamlMap, report: Report): void {
  const scalar = scalarAt(spec, "idleReplicaCount");
  const idle = numberAt(spec, "idleReplicaCount");
  const { minimum, isWritten } = replicaFloor(scaler);
  if (!scalar || idle === undefined || minimum === undefined) return;
  // A written 0 is read as the HPA's least, 1; one that is left out stays 0.
  const floor = isWritten ? Math.max(1, minimum) : 0;
  if (idle >= floor) {
    report(spotOf(scalar), {
      message: `\`idleReplicaCount: ${idle}\` is not below the minimum of ${floor}: KEDA refuses it.`,
      advice: isWritten ? "Set it to 0, or raise `minReplicaCount`." : "Set `minReplicaCount` to 1 or more.",
      fixes:
        idle > 0
          ? [{ title: "Set `idleReplicaCount` to `0`", apply: (editor) => editor.setScalar(scalar, 0) }]
          : [],
    });
  } else if (idle > 0) {
    report(spotOf(scalar), {
      message: `\`idleReplicaCount: ${idle}\` is not supported: 0 is the only value that works.`,
      advice: "Set it to 0, or delete it.",
      severity: "warning",
      fixes: [{ title: "Set `idleReplicaCount` to `0`", apply: (editor) => editor.setScalar(scalar, 0) }],
    });
  }
}

function checkTypes({ signals }: Scaler, report: Report): void {
  for (const { node, type, metricType } of signals) {
    const scalar = scalarAt(node, "metricType");
    if (!scalar || metricType !== "Utilization" || type === "cpu" || type === "memory") continue;
    report(spotOf(scalar), {
      message: `\`Utilization\` is for CPU and memory triggers only: KEDA refuses it on a \`${type}\` trigger.`,
      advice: "Use AverageValue.",
      fixes: [{ title: "Use `AverageValue`", apply: (editor) => editor.setScalar(scalar, "AverageValue") }],
    });
  }
}

function checkNames(spec: YamlMap, report: Report): void {
  const seen = new Set<string>();
  for (const trigger of mapsAt(spec, "triggers")) {
    const scalar = scalarAt(trigger, "name");
    const name = knownText(trigger, "name");
    if (!scalar || name === undefined || name === "") continue;
    if (seen.has(name)) {
      report(spotOf(scalar), {
        message: `Two triggers are called \`${name}\`: KEDA refuses the ScaledObject.`,
        advice: "Give each a name of its own.",
        fixes: [],
      });
    }
    seen.add(name);
  }
}

/** Words of the formula language (expr) that name no trigger. */
const WORDS = new Set([
  "and", "or", "not", "in", "true", "false", "nil", "null", "let", "if", "else", "matches", "contains", "startsWith", "endsWith",
]); // prettier-ignore

function checkFormula(spec: YamlMap, report: Report): void {
  const modifiers = mapAt(spec, "advanced", "scalingModifiers");
  const scalar = scalarAt(modifiers, "formula");
  const formula = textAt(modifiers, "formula");
  if (!modifiers || modifiers.open || !scalar || formula === undefined || formula.includes("{{")) return;
  if (!modifiers.get("target")) {
    report(spotOf(scalar), {
      message: "A formula needs a `target`: KEDA refuses the ScaledObject.",
      advice: "Set `scalingModifiers.target`.",
      fixes: [],
    });
  }
  const names = new Set(mapsAt(spec, "triggers").map((trigger) => textAt(trigger, "name")));
  const bare = formula.replace(/"[^"]*"|'[^']*'/g, " ");
  for (const [word] of bare.matchAll(/(?<![\w.$#])[A-Za-z_]\w*\b(?!\s*\()/g)) {
    if (WORDS.has(word) || names.has(word) || /[{#|]/.test(bare)) continue;
    report(spotOf(scalar), {
      message: `The formula uses \`${word}\`, and no trigger has that \`name\`: KEDA refuses it.`,
      advice: `Add \`name: ${word}\` to its trigger.`,
      fixes: [],
    });
    return;
  }
}
