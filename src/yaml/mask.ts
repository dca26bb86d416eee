import type { Span } from "../base/span";

/** A text whose template expressions were overwritten, character by character, so that every offset is kept. */
export interface MaskedText {
  readonly text: string;
  /** The overwritten expressions, in order. */
  readonly expressions: readonly Span[];
  /** Those that stood alone on their lines (`{{ if }}`, `{{ include … }}`): they can add or drop entries. */
  readonly directives: readonly Span[];
}

/**
 * Overwrites `{{ … }}`: with a comment where an expression has its lines to itself, else with a word, so that ordinary Helm
 * templates parse as the YAML around them. Text without expressions comes back as it is.
 */
export function maskTemplates(text: string): MaskedText {
  const expressions = findExpressions(text);
  if (expressions.length === 0) return { text, expressions, directives: [] };
  const directives: Span[] = [];
  const parts: string[] = [];
  let done = 0;
  const alone = aloneFlags(text, expressions);
  for (const [i, expression] of expressions.entries()) {
    parts.push(text.slice(done, expression.start));
    if (alone[i] === true) {
      directives.push(expression);
      parts.push(asComment(text.slice(expression.start, expression.end)));
    } else {
      parts.push("_".repeat(expression.end - expression.start));
    }
    done = expression.end;
  }
  parts.push(text.slice(done));
  return { text: parts.join(""), expressions, directives };
}

function findExpressions(text: string): readonly Span[] {
  const found: Span[] = [];
  let at = text.indexOf("{{");
  while (at !== -1) {
    const close = text.indexOf("}}", at + 2);
    if (close === -1) break;
    // `{{{x}}}` closes at the last of its braces.
    let end = close + 2;
    while (text[end] === "}" && text[at + 2] === "{") end++;
    found.push({ start: at, end });
    at = text.indexOf("{{", end);
  }
  return found;
}

/**
 * For each expression, whether nothing but white space and other whole expressions share its lines. What is known of one neighbour is
 * handed on to the next, so that thousands in a line cost no more than thousands of lines.
 */
function aloneFlags(text: string, expressions: readonly Span[]): readonly boolean[] {
  const gaps = Array.from({ length: expressions.length + 1 }, (_, i) =>
    text.slice(expressions[i - 1]?.end ?? 0, expressions[i]?.start ?? text.length),
  );
  const oneLine = expressions.map(({ start, end }) => !text.slice(start, end).includes("\n"));
  const side = (i: number, gap: string, rest: string, beyond: boolean | undefined): boolean =>
    rest.trim() === "" &&
    (rest.length < gap.length || beyond === undefined || (beyond && oneLine[i] === true));
  const left: boolean[] = [];
  for (const [i, gap] of gaps.slice(0, -1).entries()) {
    left.push(side(i - 1, gap, gap.slice(gap.lastIndexOf("\n") + 1), left[i - 1]));
  }
  const right: boolean[] = [];
  for (let i = expressions.length - 1; i >= 0; i--) {
    const gap = gaps[i + 1] ?? "";
    const newline = gap.indexOf("\n");
    right[i] = side(i + 1, gap, newline === -1 ? gap : gap.slice(0, newline), right[i + 1]);
  }
  return expressions.map((_, i) => left[i] === true && right[i] === true);
}

/** Keeps the line breaks, so that each line of a long expression is a comment. */
function asComment(expression: string): string {
  return expression.replace(/[^\r\n]+/g, (line) => "#" + "_".repeat(line.length - 1));
}
