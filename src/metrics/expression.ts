import type { Span } from "../base/span";

/** A PromQL expression as far as the rules need it. Spans count from the start of the query's own text. */
export type Expression = Selector | Range | Aggregate | Call | Binary | NumberLiteral | TextLiteral | Opaque;

interface Placed {
  /** The expression's own characters. */
  readonly span: Span;
  /** With the parentheses, `offset` and `@` around it. */
  readonly outer: Span;
}

export interface Selector extends Placed {
  readonly kind: "selector";
  /** Undefined when no literal name is given (`{__name__=~"vllm:.*"}`). */
  readonly name: string | undefined;
  readonly nameSpan: Span;
  readonly matchers: readonly Matcher[];
  /** The braces with what is in them; undefined when there are none. */
  readonly braces: Span | undefined;
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
  readonly span: Span;
  /** The value without its quotes. */
  readonly valueSpan: Span;
}

/** `of[5m]` or the subquery `of[5m:30s]`. */
export interface Range extends Placed {
  readonly kind: "range";
  readonly of: Expression;
  readonly window: Window;
  readonly subquery: boolean;
}

export interface Window {
  readonly text: string;
  readonly span: Span;
  /** Undefined for arithmetic and anything else but a plain duration. */
  readonly seconds: number | undefined;
}

export interface Aggregate extends Placed {
  readonly kind: "aggregate";
  /** `sum`, `avg` ..., in lower case. */
  readonly operator: string;
  readonly operatorSpan: Span;
  readonly grouping: Grouping | undefined;
  /** The k of `topk`, the φ of `quantile`. */
  readonly parameter: Expression | undefined;
  readonly of: Expression;
}

interface Grouping {
  readonly type: "by" | "without";
  readonly labels: readonly string[];
  readonly span: Span;
}

interface Call extends Placed {
  readonly kind: "call";
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly Expression[];
}

export interface Binary extends Placed {
  readonly kind: "binary";
  /** `/`, `>`, `or` ..., in lower case. */
  readonly operator: string;
  readonly operatorSpan: Span;
  /** `> bool`: the result is 0 or 1 instead of a filtered vector. */
  readonly bool: boolean;
  readonly left: Expression;
  readonly right: Expression;
}

interface NumberLiteral extends Placed {
  readonly kind: "number";
  readonly value: number;
}

interface TextLiteral extends Placed {
  readonly kind: "text";
}

/** What the rules have no use for, or the parser could not read: nothing is concluded from it but what is inside. */
interface Opaque extends Placed {
  readonly kind: "opaque";
  readonly parts: readonly Expression[];
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "range":
      return [expression.of];
    case "aggregate":
      return expression.parameter ? [expression.parameter, expression.of] : [expression.of];
    case "call":
      return expression.arguments;
    case "binary":
      return [expression.left, expression.right];
    case "opaque":
      return expression.parts;
    case "selector":
    case "number":
    case "text":
      return [];
  }
}

/** Visits an expression and all it holds, outermost first. */
export function walk(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) walk(child, visit);
}

/** The same with what is around each part, the innermost first. */
export function walkWithin(
  expression: Expression,
  visit: (expression: Expression, above: readonly Expression[]) => void,
  above: readonly Expression[] = [],
): void {
  visit(expression, above);
  const inner = [expression, ...above];
  for (const child of childrenOf(expression)) walkWithin(child, visit, inner);
}

export function selectorsIn(expression: Expression): readonly Selector[] {
  const found: Selector[] = [];
  walk(expression, (part) => {
    if (part.kind === "selector") found.push(part);
  });
  return found;
}
