import { isComposed, scaleDownPath } from "../../autoscaling/scaler";
import { prometheusTriggers } from "../../metrics/triggers";
import type { Scaler, ScalerSignal } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { asSeq, scalarAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import type { Spot } from "../../yaml/document";
import type { RuleContext } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { scaledServers } from "../scaled";
import { slowest } from "./cooldown-inert";
import { convertHpa, isConvertible, replaceEntry } from "./hpa-to-scaled-object";
import { fallbackFor, loadTriggers, pacedBehavior } from "./scaled-object";

/** GPU utilization and memory as DCGM and the clouds call them. */
const GPU_METRIC = /DCGM_FI_DEV_(GPU_UTIL|FB_USED)|dcgm_(gpu_utilization|fb_used)|accelerator[/|]duty_cycle/i;

export const blindSignal = defineRule({
  id: "autoscaling/blind-signal",
  severity: "error",
  fix: "suggested",
  subject: "scaler",
  summary: "An autoscaler of a vLLM server looks at nothing but CPU, memory or GPU utilization.",
  why: `None of them follows the load of a vLLM server. The GPU does the work, and the engine's processes poll, so host CPU is nearly the
same with no request and with a hundred. The HPA's \`memory\` is host memory, filled by the weights when they are read. GPU memory is
allocated for the KV cache at start-up and never moves; GPU utilization only says that a kernel ran, which is so with one request in the
batch. The queue grows and the autoscaler sees nothing. What vLLM exports about its load can be used instead: requests running and
waiting, and the share of the KV cache in use.`,
  sources: [
    "https://cloud.google.com/kubernetes-engine/docs/best-practices/machine-learning/inference/autoscaling",
    "https://docs.vllm.ai/en/latest/usage/metrics/",
    "https://github.com/NVIDIA/dcgm-exporter/issues/301",
    "https://keda.sh/docs/2.20/scalers/prometheus/",
  ],
  check(scaler, report, context) {
    if (isComposed(scaler)) return;
    const server = scaledServers(scaler, context.view).find(({ hardware }) => hardware !== "cpu");
    const spec = scaler.spec;
    if (!server || !spec || scaler.object.kind === "ScaledJob" || hasUnknownSignals(spec)) return;
    const blind = scaler.signals.filter((signal) => isBlind(signal, scaler));
    if (blind.length === scaler.signals.length) reportOnly({ scaler, spec, server }, blind, report, context);
    else if (scaler.signals.every((signal) => blind.includes(signal) || followsLoad(signal))) {
      for (const signal of blind) reportBeside(signal, spec, server, report);
    }
  },
});

/** True when a template can add signals that are not written here. */
function hasUnknownSignals(spec: YamlMap): boolean {
  return spec.open || asSeq(spec.get("metrics") ?? spec.get("triggers"))?.open === true;
}

function isBlind({ type, metric, query }: ScalerSignal, scaler: Scaler): boolean {
  if (type === "cpu" || type === "memory") return true;
  // Memory that is only ever used to scale up can be meant.
  if (textAt(scaler.spec, ...scaleDownPath(scaler), "selectPolicy") === "Disabled") return false;
  if (metric && type !== "prometheus") return !metric.templated && GPU_METRIC.test(metric.text);
  if (!query || query.templated) return false;
  const trigger = prometheusTriggers(scaler).find(({ text }) => text === query);
  const names = trigger?.query.selectors.map(({ name }) => name ?? "") ?? [];
  return names.length > 0 && names.every((name) => GPU_METRIC.test(name));
}

function followsLoad({ query, metric }: ScalerSignal): boolean {
  return /vllm[:_]/.test(query?.text ?? metric?.text ?? "");
}

function nameOf({ type, metric, query }: ScalerSignal): string {
  if (type === "cpu" || type === "memory") return `\`${type}\``;
  return `\`${GPU_METRIC.exec(metric?.text ?? query?.text ?? "")?.[0] ?? type}\``;
}

/** A vLLM server and what scales it. */
interface Pair {
  readonly scaler: Scaler;
  readonly spec: YamlMap;
  readonly server: VllmServer;
}

function reportOnly(pair: Pair, blind: readonly ScalerSignal[], report: Report, context: RuleContext): void {
  const { scaler, spec, server } = pair;
  // Without metrics the HPA takes 80 % of the requested CPU; a ScaledObject without triggers is none.
  const implied =
    blind.length === 0 &&
    scaler.type === "hpa" &&
    !spec.open &&
    !scaler.object.partial &&
    !spec.entry("metrics");
  if (blind.length === 0 && !implied) return;
  const names = implied ? ["`cpu`, the default,"] : [...new Set(blind.map(nameOf))];
  const verb = names.length > 1 ? "do" : "does";
  const first = blind[0];
  report(first ? placeOf(first, spec) : kindOf(scaler), {
    message: `${names.join(" and ")} ${verb} not follow the load of vLLM server \`${server.name}\`, and nothing else scales it.`,
    advice:
      "Scale on requests in flight, KV cache usage and queue, with a KEDA ScaledObject; delete the old HPA from the cluster.",
    fixes: replaceFix(pair, context),
  });
}

function reportBeside(signal: ScalerSignal, spec: YamlMap, server: VllmServer, report: Report): void {
  const list = asSeq(spec.get("metrics") ?? spec.get("triggers"));
  const removable = list?.items.includes(signal.node) === true;
  const remove: Fix = {
    title: `Delete the ${nameOf(signal)} metric`,
    apply: (editor) => void (list && editor.removeItem(list, signal.node)),
  };
  report(placeOf(signal, spec), {
    message: `${nameOf(signal)} does not follow the load of vLLM server \`${server.name}\`: it can only ask for replicas that are not needed.`,
    advice: "Drop it.",
    severity: "warning",
    fixes: removable ? [remove] : [],
  });
}

function placeOf(signal: ScalerSignal, spec: YamlMap): Spot {
  const old = signal.node === spec ? spec.entry("targetCPUUtilizationPercentage") : undefined;
  if (old) return spotOf(old.key);
  const { node, type, metric, query } = signal;
  const name = scalarAt(node, "resource", "name") ?? scalarAt(node, "containerResource", "name");
  const written = name ?? (type === "prometheus" ? query : metric) ?? scalarAt(node, "type");
  return written ? spotOf(written) : spotOf(node);
}

function kindOf(scaler: Scaler): Spot {
  const kind = scalarAt(scaler.object.node, "kind");
  return kind ? spotOf(kind) : spotOf(scaler.object.node);
}

function replaceFix({ scaler, spec, server }: Pair, context: RuleContext): readonly Fix[] {
  if (!isConvertible(scaler)) return [];
  const minimum = scaler.minReplicas ?? 1;
  return [
    {
      title: `Scale on requests in flight, KV cache and queue${scaler.type === "hpa" ? ", as a ScaledObject" : ""}`,
      apply(editor) {
        const triggers = loadTriggers(server, context.view);
        const fallback = fallbackFor(minimum);
        if (scaler.type === "hpa") {
          return convertHpa(editor, scaler, {
            triggers,
            fallback,
            behavior: pacedBehavior(slowest(scaler, context)),
          });
        }
        const entry = spec.entry("triggers");
        if (entry) replaceEntry(editor, spec, entry, "triggers", triggers);
        if (!spec.entry("fallback")) editor.setEntry(spec, "fallback", fallback);
      },
    },
  ];
}
