import { selectorsIn, type Aggregate, type Binary, type Expression } from "./expression";
import { isFraction, readMetricName } from "./names";

const KEEPS_BOUND = new Set(["avg", "max", "min", "quantile", "topk", "bottomk"]);

const KEEPS_BOUND_CALL = new Set([
  "avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time", "ceil", "sort", "sort_desc", "scalar",
]); // prettier-ignore

/** The largest value an expression can have: known for vLLM's shares from 0 to 1 and what is made of them. */
export function upperBound(expression: Expression): number | undefined {
  switch (expression.kind) {
    case "selector": {
      const entry = expression.name === undefined ? undefined : readMetricName(expression.name)?.entry;
      return entry && isFraction(entry) ? 1 : undefined;
    }
    case "number":
      return expression.value;
    case "range":
      return upperBound(expression.of);
    case "aggregate":
      return aggregateBound(expression);
    case "call": {
      const inner = expression.arguments.find((argument) => argument.kind !== "number");
      return inner && KEEPS_BOUND_CALL.has(expression.name) ? upperBound(inner) : undefined;
    }
    case "binary":
      return binaryBound(expression);
    case "text":
    case "opaque":
      return undefined;
  }
}

function aggregateBound(aggregate: Aggregate): number | undefined {
  return KEEPS_BOUND.has(aggregate.operator) ? upperBound(aggregate.of) : undefined;
}

function binaryBound({ operator, left, right, bool }: Binary): number | undefined {
  const [a, b] = [upperBound(left), upperBound(right)];
  if (operator === "*")
    return a !== undefined && b !== undefined && isPlainNumber(left, right) ? a * b : undefined;
  if (operator === "/" && right.kind === "number")
    return a !== undefined && right.value > 0 ? a / right.value : undefined;
  if (operator === "/") return isHitRate(left, right) ? 1 : undefined;
  if (operator === "or") return a !== undefined && b !== undefined ? Math.max(a, b) : undefined;
  if (/^[<>=!]/.test(operator)) return bool ? 1 : a;
  return undefined;
}

function isPlainNumber(left: Expression, right: Expression): boolean {
  return left.kind === "number" || right.kind === "number";
}

/** Hits over queries of the same cache. */
function isHitRate(left: Expression, right: Expression): boolean {
  const [hits, queries] = [onlyName(left), onlyName(right)];
  return (
    hits !== undefined &&
    /_hits_total$/.test(hits) &&
    hits.replace(/_hits_total$/, "_queries_total") === queries
  );
}

function onlyName(expression: Expression): string | undefined {
  const names = new Set(selectorsIn(expression).map(({ name }) => name));
  return names.size === 1 ? [...names][0] : undefined;
}
