import type { Expression } from "./expression";
import { mentionsVllmMetric } from "./names";

/** Gauges of kube-state-metrics whose value is a number of replicas: one series per workload. */
const REPLICA_GAUGE =
  /^kube_(deployment|statefulset|replicaset|daemonset|horizontalpodautoscaler)_(status|spec)_.*(replicas|number)/;

/** Series of which there is one per pod or container. */
const PER_POD = /^(up$|kube_pod_|container_|DCGM_FI_)/;

const WRAPPING_CALLS = new Set([
  "scalar",
  "clamp_min",
  "clamp_max",
  "clamp",
  "ceil",
  "floor",
  "round",
  "vector",
]);

/**
 * What an expression counts when it stands where a number of replicas is meant: `replicas`, or `one`, because it counts the
 * series of a gauge whose value would be the number. Undefined when it is neither for certain.
 */
export function replicaCount(expression: Expression): "replicas" | "one" | undefined {
  const counted = unwrap(expression);
  if (counted.kind === "selector") return isReplicaGauge(counted) ? "replicas" : undefined;
  if (counted.kind !== "aggregate" || counted.grouping !== undefined) return undefined;
  const of = unwrap(counted.of);
  switch (counted.operator) {
    case "count":
      if (of.kind === "aggregate" && of.operator === "count" && of.grouping?.type === "by") return "replicas";
      if (isReplicaGauge(of)) return "one";
      return isPerPod(of) ? "replicas" : undefined;
    case "sum":
      return isReplicaGauge(of) || isPodState(of) ? "replicas" : undefined;
    case "max":
    case "min":
    case "avg":
      return isReplicaGauge(of) ? "replicas" : undefined;
    default:
      return undefined;
  }
}

/** Takes off what guards against zero or missing series. */
function unwrap(expression: Expression): Expression {
  if (expression.kind === "call" && WRAPPING_CALLS.has(expression.name)) {
    const inner = expression.arguments.find((argument) => argument.kind !== "number");
    return inner ? unwrap(inner) : expression;
  }
  if (expression.kind !== "binary") return expression;
  const comparison = /^[<>=!]/.test(expression.operator) && expression.right.kind === "number";
  const fill =
    expression.operator === "or" && expression.right.kind === "call" && expression.right.name === "vector";
  return (comparison && !expression.bool) || fill ? unwrap(expression.left) : expression;
}

export function isReplicaGauge(expression: Expression): boolean {
  return (
    expression.kind === "selector" && expression.name !== undefined && REPLICA_GAUGE.test(expression.name)
  );
}

function isPerPod(expression: Expression): boolean {
  if (expression.kind !== "selector" || expression.name === undefined) return false;
  return PER_POD.test(expression.name) || mentionsVllmMetric(expression.name);
}

/** Gauges that are 1 for each pod in a state. */
function isPodState(expression: Expression): boolean {
  return (
    expression.kind === "selector" &&
    /^(up|kube_pod_status_(ready|phase|scheduled))$/.test(expression.name ?? "")
  );
}
