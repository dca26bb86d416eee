import type { Span } from "../base/span";
import type { Aggregate, Expression, Matcher, Selector, Window } from "./expression";
import { isMasked } from "./mask";
import { nodesOf, spanOf, type Tree, type TreeNode } from "./promql-nodes";

interface ReadTree {
  readonly root: Expression;
  /** Of the first place that the grammar does not take. */
  readonly brokenAt: Span | undefined;
  readonly tooDeep: boolean;
}

const MAX_DEPTH = 150;

/** Brings the parser's tree to the form that the rules use. What stands in for a variable is left unknown. */
export function readTree(tree: Tree, text: string, masked: readonly Span[]): ReadTree {
  const { top, brokenAt } = nodesOf(tree.cursor());
  const reader = new Reader(text, masked);
  const root = reader.expression(top.children[0] ?? top, 0);
  return { root, brokenAt, tooDeep: reader.tooDeep };
}

/** Nodes of the grammar that are an expression in brackets or with a modifier. */
const WRAPPERS = new Set(["ParenExpr", "OffsetExpr", "StepInvariantExpr", "AnchoredExpr", "SmoothedExpr"]);

const EXPRESSIONS = new Set([
  ...WRAPPERS,
  "AggregateExpr", "BinaryExpr", "FunctionCall", "MatrixSelector", "NumberDurationLiteral",
  "StringLiteral", "SubqueryExpr", "UnaryExpr", "VectorSelector",
]); // prettier-ignore

const NOT_OPERATORS = new Set(["BoolModifier", "MatchingModifierClause", "FillModifier", "LineComment"]);

class Reader {
  tooDeep = false;

  constructor(
    private readonly text: string,
    private readonly masked: readonly Span[],
  ) {}

  private isKnown(span: Span): boolean {
    return this.masked.length === 0 || !isMasked(span, this.masked);
  }

  private slice(node: TreeNode): string {
    return this.text.slice(node.from, node.to);
  }

  expression(node: TreeNode, depth: number): Expression {
    const span = spanOf(node);
    if (depth > MAX_DEPTH) {
      this.tooDeep = true;
      return { kind: "opaque", parts: [], span, outer: span };
    }
    const parts = node.children;
    const inner = parts.filter((part) => EXPRESSIONS.has(part.name));
    const first = inner[0];
    if (WRAPPERS.has(node.name) && first) return { ...this.expression(first, depth + 1), outer: span };
    const read = this.known(node, parts, inner, depth);
    return (
      read ?? {
        kind: "opaque",
        parts: inner.map((part) => this.expression(part, depth + 1)),
        span,
        outer: span,
      }
    );
  }

  private known(
    node: TreeNode,
    parts: readonly TreeNode[],
    inner: readonly TreeNode[],
    depth: number,
  ): Expression | undefined {
    const span = spanOf(node);
    switch (node.name) {
      case "VectorSelector":
        return this.selector(node, parts);
      case "MatrixSelector":
      case "SubqueryExpr": {
        const [of, window] = [inner[0], parts.find((part) => part.name === "DurationExpr")];
        if (!of || !window) return undefined;
        const subquery = node.name === "SubqueryExpr";
        return {
          kind: "range",
          of: this.expression(of, depth + 1),
          window: this.window(window),
          subquery,
          span,
          outer: span,
        };
      }
      case "AggregateExpr":
        return this.aggregate(node, parts, depth);
      case "FunctionCall":
        return this.call(node, parts, depth);
      case "BinaryExpr":
        return this.binary(node, parts, inner, depth);
      case "NumberDurationLiteral":
        return this.isKnown(span)
          ? { kind: "number", value: numberOf(this.slice(node)), span, outer: span }
          : undefined;
      case "StringLiteral":
        return { kind: "text", span, outer: span };
      default:
        return undefined;
    }
  }

  private window(node: TreeNode): Window {
    const [text, span] = [this.slice(node), spanOf(node)];
    return { text, span, seconds: this.isKnown(span) ? secondsOf(text) : undefined };
  }

  private aggregate(node: TreeNode, parts: readonly TreeNode[], depth: number): Aggregate | undefined {
    const operator = parts.find((part) => part.name === "AggregateOp");
    const body = parts.find((part) => part.name === "FunctionCallBody");
    const given = body ? body.children.filter((part) => EXPRESSIONS.has(part.name)) : [];
    const of = given.at(-1);
    if (!operator || !of || given.length > 2) return undefined;
    const modifier = parts.find((part) => part.name === "AggregateModifier");
    const parameter = given.length === 2 ? given[0] : undefined;
    const span = spanOf(node);
    return {
      kind: "aggregate",
      operator: this.slice(operator).toLowerCase(),
      operatorSpan: spanOf(operator),
      grouping: modifier && {
        type: /^without/i.test(this.slice(modifier)) ? "without" : "by",
        labels: this.labels(modifier),
        span: spanOf(modifier),
      },
      parameter: parameter && this.expression(parameter, depth + 1),
      of: this.expression(of, depth + 1),
      span,
      outer: span,
    };
  }

  private labels(modifier: TreeNode): readonly string[] {
    const list = modifier.children.find((part) => part.name === "GroupingLabels");
    return list ? list.children.map((label) => unquote(this.slice(label))) : [];
  }

  private call(node: TreeNode, parts: readonly TreeNode[], depth: number): Expression | undefined {
    const [name, body] = [parts.find((part) => part.name === "FunctionIdentifier"), parts.at(-1)];
    if (!name || !body) return undefined;
    const given = body.children.filter((part) => EXPRESSIONS.has(part.name));
    return {
      kind: "call",
      name: this.slice(name).toLowerCase(),
      nameSpan: spanOf(name),
      arguments: given.map((part) => this.expression(part, depth + 1)),
      span: spanOf(node),
      outer: spanOf(node),
    };
  }

  private binary(
    node: TreeNode,
    parts: readonly TreeNode[],
    inner: readonly TreeNode[],
    depth: number,
  ): Expression | undefined {
    const [left, right] = inner;
    const operator = parts.find((part) => !EXPRESSIONS.has(part.name) && !NOT_OPERATORS.has(part.name));
    if (!left || !right || !operator || operator.isError) return undefined;
    return {
      kind: "binary",
      operator: this.slice(operator).toLowerCase(),
      operatorSpan: spanOf(operator),
      bool: parts.some((part) => part.name === "BoolModifier"),
      left: this.expression(left, depth + 1),
      right: this.expression(right, depth + 1),
      span: spanOf(node),
      outer: spanOf(node),
    };
  }

  private selector(node: TreeNode, parts: readonly TreeNode[]): Selector {
    const identifier = parts.find((part) => part.name === "Identifier");
    const list = parts.find((part) => part.name === "LabelMatchers");
    const items = list ? list.children : [];
    const matchers = items.flatMap((item) => this.matcher(item) ?? []);
    const quotedName = items.find((item) => item.name === "QuotedLabelName");
    const nameMatcher = matchers.find(({ label, operator }) => label === "__name__" && operator === "=");
    const span = spanOf(node);
    const name = identifier
      ? this.slice(identifier)
      : quotedName
        ? unquote(this.slice(quotedName))
        : nameMatcher?.value;
    const nameSpan = identifier
      ? spanOf(identifier)
      : quotedName
        ? { start: quotedName.from + 1, end: quotedName.to - 1 }
        : (nameMatcher?.valueSpan ?? span);
    const known = this.isKnown(nameSpan) ? name : undefined;
    return {
      kind: "selector",
      name: known,
      nameSpan,
      matchers,
      braces: list && spanOf(list),
      span,
      outer: span,
    };
  }

  private matcher(item: TreeNode): Matcher | undefined {
    const [label, operator, value] = item.children;
    if (!label || operator?.name !== "MatchOp" || value?.name !== "StringLiteral") return undefined;
    return {
      label: unquote(this.slice(label)),
      operator: this.slice(operator) as Matcher["operator"],
      value: unquote(this.slice(value)),
      span: spanOf(item),
      valueSpan: { start: value.from + 1, end: value.to - 1 },
    };
  }
}

/** Label values need no more than this: escapes other than quotes and backslashes do not occur in them. */
function unquote(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'" && quote !== "`") return text;
  const body = text.slice(1, text.length > 1 && text.endsWith(quote) ? -1 : undefined);
  return quote === "`" ? body : body.replace(/\\(["'\\])/g, "$1");
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a plain duration, `5m` or `1h30m`; a bare number is seconds too. */
export function secondsOf(duration: string): number | undefined {
  const text = duration.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    seconds += Number(amount) * (UNITS[unit ?? ""] ?? 0);
  return seconds;
}

function numberOf(text: string): number {
  const bare = text.replace(/^[+-]/, "").toLowerCase();
  const sign = text.startsWith("-") ? -1 : 1;
  if (bare === "inf") return sign * Infinity;
  return sign * (secondsOf(bare) ?? Number(bare));
}
