import { selectorsIn, type Aggregate, type Expression, type Selector } from "./expression";
import { readMetricName } from "./names";
import type { Query } from "./promql";

/**
 * How many series a query returns: KEDA takes exactly one, as a vector. `many`: as many as pods or engines run.
 * `groups`: one for each value of a label that may have several.
 */
export type Cardinality = "one" | "groups" | "many" | "scalar" | "unknown";

export function cardinalityOf(query: Query): Cardinality {
  return query.uncertain ? "unknown" : count(query.root);
}

/** Calls that return one sample whatever they are given. */
const ONE = new Set(["vector", "absent", "absent_over_time"]);
const SCALARS = new Set(["scalar", "time", "pi"]);

function count(expression: Expression): Cardinality {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "selector":
      return selectorCount(expression);
    case "range":
      return count(expression.of);
    case "aggregate":
      return aggregateCount(expression);
    case "call": {
      if (ONE.has(expression.name)) return "one";
      if (SCALARS.has(expression.name)) return "scalar";
      if (expression.name === "histogram_quantile") return quantileCount(expression.arguments[1]);
      const inner = expression.arguments.find(
        (argument) => argument.kind !== "number" && argument.kind !== "text",
      );
      return inner ? count(inner) : "unknown";
    }
    case "binary":
      return binaryCount(expression.operator, count(expression.left), count(expression.right));
    case "text":
    case "opaque":
      return "unknown";
  }
}

/** Only of vLLM's own metrics is it known that every pod and engine has a series; of others nothing is said. */
function selectorCount(selector: Selector): Cardinality {
  if (selector.name === undefined || readMetricName(selector.name) === undefined) return "unknown";
  const pinned = selector.matchers.some(
    ({ label, operator }) => operator === "=" && /^(pod|pod_name|instance)$/.test(label),
  );
  return pinned ? "unknown" : "many";
}

function aggregateCount(aggregate: Aggregate): Cardinality {
  const { operator, parameter, grouping } = aggregate;
  if (operator === "topk" || operator === "bottomk") {
    return parameter?.kind === "number" && parameter.value === 1 && grouping === undefined
      ? "one"
      : "unknown";
  }
  if (operator === "count_values" || operator === "limitk" || operator === "limit_ratio") return "unknown";
  if (grouping === undefined) return "one";
  return grouping.type === "by" ? groupCount(aggregate, grouping.labels) : "unknown";
}

/** Grouping by labels that every selector pins to one value leaves one group. */
function groupCount(aggregate: Aggregate, labels: readonly string[]): Cardinality {
  const selectors = selectorsIn(aggregate.of);
  const pins = (selector: Selector, label: string): boolean =>
    selector.matchers.some((matcher) => matcher.label === label && matcher.operator === "=");
  const loose = labels.filter((label) => !selectors.every((selector) => pins(selector, label)));
  if (loose.length === 0) return "one";
  // One group per pod or engine is certain to become several; one per namespace or model may stay one.
  return loose.some((label) => /^(pod|pod_name|instance|engine|le)$/.test(label)) ? "many" : "groups";
}

/** The quantile takes `le` away; what remains of the grouping makes the series. */
function quantileCount(histogram: Expression | undefined): Cardinality {
  if (histogram?.kind !== "aggregate" || histogram.grouping?.type !== "by")
    return histogram ? count(histogram) : "unknown";
  return groupCount(
    histogram,
    histogram.grouping.labels.filter((label) => label !== "le"),
  );
}

function binaryCount(operator: string, left: Cardinality, right: Cardinality): Cardinality {
  if (left === "scalar") return right;
  if (right === "scalar") return left;
  if (left === right) return left;
  // An operation between one series and many mostly matches nothing; `or` adds the one to the many.
  return operator === "or" && (left === "many" || right === "many") ? "many" : "unknown";
}
