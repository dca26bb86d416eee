import { replicaFloor, scaleDownPath } from "../../autoscaling/scaler";
import type { Scaler } from "../../kubernetes/model";
import { mapAt, numberAt, spotOf, type YamlMap } from "../../yaml/node";
import type { YamlEditor } from "../../yaml/edit";
import type { RuleContext } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { scaledServers } from "../scaled";
import { loadTime, type LoadTime } from "../startup/load-time";
import { concernsVllm } from "./scope";

/** The HPA's own stabilization window for scaling down, when none is written. */
const DEFAULT_WINDOW = 300;

export const cooldownInert = defineRule({
  id: "autoscaling/cooldown-inert",
  severity: "warning",
  fix: "safe",
  subject: "scaler",
  summary: "cooldownPeriod does nothing while at least one replica stays, or is shorter than a cold start.",
  why: `KEDA itself only makes the step to zero (or to \`idleReplicaCount\`), and \`cooldownPeriod\` delays that step and no other. With
\`minReplicaCount: 1\` or more it is never read: every change between the minimum and the maximum is made by the HPA that KEDA creates,
and what keeps that from scaling down too soon is \`behavior.scaleDown.stabilizationWindowSeconds\`, 300 s unless it is set. Admission
warns of this since KEDA 2.20. Where the minimum is 0 the period does count, and one that is shorter than the server's cold start
takes the last replica away in a lull that is shorter than the time to get it back.`,
  sources: [
    "https://keda.sh/docs/2.20/reference/scaledobject-spec/",
    "https://github.com/kedacore/keda/blob/main/pkg/scaling/executor/scale_scaledobjects.go",
    "https://github.com/kedacore/keda/pull/7271",
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window",
  ],
  check(scaler, report, context) {
    const spec = scaler.spec;
    if (scaler.type !== "keda" || !spec || scaler.object.kind !== "ScaledObject") return;
    const { minimum, hasIdle } = replicaFloor(scaler);
    if (minimum === undefined || hasIdle || !concernsVllm(scaler, context.view)) return;
    if (minimum >= 1) {
      for (const field of ["cooldownPeriod", "initialCooldownPeriod"])
        reportInert(scaler, spec, field, minimum, report);
    } else {
      reportShort(scaler, spec, report, context);
    }
  },
});

function reportInert(scaler: Scaler, spec: YamlMap, field: string, minimum: number, report: Report): void {
  const entry = spec.entry(field);
  if (!entry) return;
  const seconds = numberAt(spec, field);
  const moves = field === "cooldownPeriod" && seconds !== undefined && windowOf(scaler, spec) === undefined;
  const delay = moves ? Math.max(seconds, DEFAULT_WINDOW) : undefined;
  report(spotOf(entry.key), {
    message: `\`${field}\` only delays the step to zero: with \`minReplicaCount: ${minimum}\` it is never read.`,
    advice: moves
      ? "Set the HPA's `scaleDown.stabilizationWindowSeconds` instead."
      : "Delete it: the HPA's scale-down window decides.",
    fixes: [inertFix(scaler, spec, field, delay)],
  });
}

function windowOf(scaler: Scaler, spec: YamlMap): number | undefined {
  const scaleDown = mapAt(spec, ...scaleDownPath(scaler));
  return scaleDown?.entry("stabilizationWindowSeconds") || scaleDown?.open
    ? (numberAt(scaleDown, "stabilizationWindowSeconds") ?? -1)
    : undefined;
}

/** Never shorter than the HPA's default, so that what the cluster does changes only in the direction that was meant. */
function inertFix(scaler: Scaler, spec: YamlMap, field: string, delay: number | undefined): Fix {
  const title =
    delay === undefined ? `Delete \`${field}\`` : `Replace it with \`stabilizationWindowSeconds: ${delay}\``;
  return {
    title,
    apply(editor: YamlEditor) {
      if (delay !== undefined)
        editor.setPath(spec, [...scaleDownPath(scaler), "stabilizationWindowSeconds"], delay);
      editor.removeEntry(spec, field);
    },
  };
}

function reportShort(scaler: Scaler, spec: YamlMap, report: Report, context: RuleContext): void {
  const entry = spec.entry("cooldownPeriod");
  const seconds = numberAt(spec, "cooldownPeriod");
  const coldStart = slowest(scaler, context);
  if (!entry || seconds === undefined || !coldStart || seconds >= coldStart.low) return;
  const enough = Math.max(DEFAULT_WINDOW, Math.ceil((2 * coldStart.typical) / 60) * 60);
  report(spotOf(entry.key), {
    message: `\`cooldownPeriod: ${seconds}\` gives up the last replica after ${seconds} s, and a new one takes ${coldStart.text} to start.`,
    advice: `Set it to ${enough}, about twice the cold start, or keep one replica with \`minReplicaCount: 1\`.`,
    fixes: [
      {
        title: `Set \`cooldownPeriod\` to \`${enough}\``,
        safe: false,
        apply: (editor) => editor.setEntry(spec, "cooldownPeriod", enough),
      },
    ],
  });
}

export function slowest(scaler: Scaler, context: RuleContext): LoadTime | undefined {
  const times = scaledServers(scaler, context.view).flatMap((server) => loadTime(server, context) ?? []);
  return times.sort((a, b) => b.low - a.low)[0];
}
