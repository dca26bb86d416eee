import type { Aggregate, Binary, Expression } from "./expression";
import { upperBound } from "./bounds";
import type { Query } from "./promql";
import { replicaCount } from "./replica-count";

/**
 * What the value of a query stands for. The HPA divides or multiplies by replicas itself, so it matters more than the number.
 * Conservative: `unknown` is the answer to everything that is not plainly one of the others.
 */
export type Shape =
  /** Grows with the pods that report: a sum. */
  | { readonly kind: "total" }
  /** Stays the same however many pods share the load: a mean, a largest or a quantile of pods. */
  | { readonly kind: "mean"; readonly aggregate: Aggregate; readonly upper: number | undefined }
  /** One total over another, like a hit rate or a mean latency. */
  | { readonly kind: "ratio"; readonly upper: number | undefined }
  /** A total over the number of replicas, or over what was taken for it. */
  | { readonly kind: "divided"; readonly division: Binary; readonly divisor: "replicas" | "one" }
  | { readonly kind: "unknown" };

const UNKNOWN: Shape = { kind: "unknown" };

const SUMS = new Set(["sum", "count"]);
const MEANS = new Set(["avg", "max", "min", "quantile"]);

/** Functions that change a value's size but not what it stands for. */
const TRANSPARENT = new Set([
  "ceil", "floor", "round", "abs", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc", "vector", "scalar",
  "avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time",
]); // prettier-ignore

const COMPARISONS = new Set([">", "<", ">=", "<=", "==", "!="]);

export function shapeOf(query: Query): Shape {
  return query.uncertain ? UNKNOWN : shape(query.root);
}

function shape(expression: Expression): Shape {
  switch (expression.kind) {
    case "aggregate":
      if (expression.grouping !== undefined && !isPointless(expression)) return UNKNOWN;
      if (SUMS.has(expression.operator)) return { kind: "total" };
      if (!MEANS.has(expression.operator)) return UNKNOWN;
      return { kind: "mean", aggregate: expression, upper: upperBound(expression) };
    case "call":
      return callShape(expression.name, expression.arguments);
    case "range":
      return shape(expression.of);
    case "binary":
      return binaryShape(expression);
    case "selector":
    case "number":
    case "text":
    case "opaque":
      return UNKNOWN;
  }
}

/** `sum by () (x)` groups by nothing. */
function isPointless(aggregate: Aggregate): boolean {
  return aggregate.grouping?.type === "by" && aggregate.grouping.labels.length === 0;
}

function callShape(name: string, given: readonly Expression[]): Shape {
  const inner = TRANSPARENT.has(name) ? given.find((argument) => argument.kind !== "number") : undefined;
  return inner ? shape(inner) : UNKNOWN;
}

function binaryShape(binary: Binary): Shape {
  const { operator, left, right } = binary;
  if (operator === "or") return orShape(left, right);
  if (COMPARISONS.has(operator) && !binary.bool && right.kind === "number") return shape(left);
  if (operator === "/") return quotientShape(binary);
  if (operator === "*") return productShape(left, right);
  if (operator === "+") {
    const [a, b] = [shape(left), shape(right)];
    return a.kind === "total" && b.kind === "total" ? a : UNKNOWN;
  }
  return UNKNOWN;
}

/** `x or vector(0)` fills in for a missing series; `new or old` takes whichever exists. */
function orShape(left: Expression, right: Expression): Shape {
  if (isFill(right)) return shape(left);
  const [a, b] = [shape(left), shape(right)];
  return a.kind === b.kind && (a.kind === "total" || a.kind === "mean" || a.kind === "ratio") ? a : UNKNOWN;
}

export function isFill(expression: Expression): boolean {
  return (
    expression.kind === "call" && expression.name === "vector" && expression.arguments[0]?.kind === "number"
  );
}

function quotientShape(division: Binary): Shape {
  const { left, right } = division;
  const numerator = shape(left);
  if (right.kind === "number") return scaled(numerator, 1 / right.value);
  const divisor = replicaCount(right);
  if (divisor !== undefined)
    return numerator.kind === "total" ? { kind: "divided", division, divisor } : UNKNOWN;
  const denominator = shape(right);
  if (numerator.kind !== "total" || denominator.kind !== "total") return UNKNOWN;
  return { kind: "ratio", upper: upperBound(division) };
}

function productShape(left: Expression, right: Expression): Shape {
  if (right.kind === "number") return scaled(shape(left), right.value);
  if (left.kind === "number") return scaled(shape(right), left.value);
  const isMean = (expression: Expression): boolean => shape(expression).kind === "mean";
  const isTotal =
    (isMean(left) && replicaCount(right) === "replicas") ||
    (isMean(right) && replicaCount(left) === "replicas");
  return isTotal ? { kind: "total" } : UNKNOWN;
}

function scaled(inner: Shape, factor: number): Shape {
  if (!(factor > 0) || !Number.isFinite(factor) || inner.kind === "divided") return UNKNOWN;
  if (inner.kind !== "mean" && inner.kind !== "ratio") return inner;
  return { ...inner, upper: inner.upper === undefined ? undefined : inner.upper * factor };
}
