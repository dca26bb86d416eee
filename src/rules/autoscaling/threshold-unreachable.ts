import { isComposed } from "../../autoscaling/scaler";
import { maxRunning } from "../../autoscaling/target";
import type { Scaler } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { parseQuantity, quantityValue } from "../../kubernetes/quantity";
import { spotOf, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { scaledServers } from "../scaled";
import { loadSignals, type ReadSignal } from "./load-signals";
import { enginesPerReplica } from "./scaled-object";

/** The HPA acts only on what is more than 10 % over the target. */
const TOLERANCE = 0.1;

export const thresholdUnreachable = defineRule({
  id: "autoscaling/threshold-unreachable",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "The target per replica is more than a replica can ever reach.",
  why: `A vLLM engine runs at most \`--max-num-seqs\` requests at once, and its KV cache cannot be fuller than 1. The HPA adds a replica when the
mean per replica is more than 10 % over the target. A target of 1 / 1.1 = 0.91 of the limit, or above, is therefore never passed, however
long the queue: the trigger can hold replicas but not add any.`,
  sources: [
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details",
    "https://docs.vllm.ai/en/latest/configuration/engine_args/",
    "https://github.com/vllm-project/vllm/blob/main/vllm/engine/arg_utils.py",
  ],
  check(scaler, report, { view }) {
    if (isComposed(scaler)) return;
    const [server] = scaledServers(scaler, view);
    for (const signal of loadSignals(scaler)) {
      const limit = limitOf(signal, server);
      const target = targetOf(signal);
      if (!limit || !target || target.value * (1 + TOLERANCE) < limit.most || isTold(signal, target.value))
        continue;
      report(spotOf(target.scalar), {
        message: `A replica never has more than ${limit.text}: past a target of ${target.value}, with the HPA's 10 % tolerance, it never adds one.`,
        advice: `Set it to \`${limit.usual}\`.`,
        fixes: fixOf(scaler, target.scalar, limit.usual),
      });
    }
  },
});

interface Limit {
  /** What one replica can have at most. */
  readonly most: number;
  readonly usual: number;
  readonly text: string;
}

/** Totals compared per replica; of running requests only where the engine's own limit is known. */
function limitOf(
  { follows, trigger, signal }: ReadSignal,
  server: VllmServer | undefined,
): Limit | undefined {
  if (signal.metricType !== "AverageValue") return undefined;
  if (trigger && !(trigger.shape.kind === "total" && isPlainSum(trigger.query.root))) return undefined;
  const engines = server ? enginesPerReplica(server) : 1;
  if (follows === "kv" && (server || trigger))
    return {
      most: engines,
      usual: Number((0.8 * engines).toFixed(2)),
      text: `${engines === 1 ? "a KV cache usage" : "KV cache usages"} of ${engines}`,
    };
  const running = server && maxRunning(server);
  if (follows !== "running" || running === undefined) return undefined;
  const most = running * engines;
  return {
    most,
    usual: Math.max(1, Math.floor(0.75 * most)),
    text: `${most} running requests (\`--max-num-seqs\`)`,
  };
}

/** `sum(x)` of one metric: a factor would change what the number means. */
function isPlainSum(root: { kind: string; operator?: string; of?: { kind: string } }): boolean {
  return root.kind === "aggregate" && root.operator === "sum" && root.of?.kind === "selector";
}

interface Target {
  readonly value: number;
  readonly scalar: YamlScalar;
}

function targetOf({ signal }: ReadSignal): Target | undefined {
  const scalar = signal.threshold;
  const quantity = scalar && !scalar.templated ? parseQuantity(scalar.text) : undefined;
  const value = quantity && quantityValue(quantity);
  return scalar && value !== undefined && value > 0 ? { value, scalar } : undefined;
}

/** Percent for a share is said by alerting/ratio-as-percent. */
function isTold({ follows, trigger }: ReadSignal, target: number): boolean {
  return follows === "kv" && trigger !== undefined && target >= 20;
}

function fixOf(scaler: Scaler, scalar: YamlScalar, usual: number): readonly Fix[] {
  const isWhole = Number.isInteger(usual);
  const value = scaler.type === "keda" || isWhole ? String(usual) : `${Math.round(usual * 1000)}m`;
  return [
    {
      title: `Set it to \`${value}\``,
      apply: (editor) =>
        editor.replace(
          spotOf(scalar),
          scaler.type === "hpa" && scalar.style === "plain" ? value : `"${value}"`,
        ),
    },
  ];
}
