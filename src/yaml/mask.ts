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
  for (const expression of expressions) {
    parts.push(text.slice(done, expression.start));
    if (isAlone(text, expression, expressions)) {
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

/** True when nothing but white space and other expressions share the lines of this one. */
function isAlone(text: string, expression: Span, all: readonly Span[]): boolean {
  const lineStart = text.lastIndexOf("\n", expression.start - 1) + 1;
  const newline = text.indexOf("\n", expression.end);
  const lineEnd = newline === -1 ? text.length : newline;
  if (
    text.slice(lineStart, expression.start).trim() === "" &&
    text.slice(expression.end, lineEnd).trim() === ""
  ) {
    return true;
  }
  let rest = text.slice(lineStart, lineEnd);
  for (const other of all) {
    if (other.start < lineStart || other.end > lineEnd) continue;
    const from = other.start - lineStart;
    rest = rest.slice(0, from) + " ".repeat(other.end - other.start) + rest.slice(other.end - lineStart);
  }
  return rest.trim() === "";
}

/** Keeps the line breaks, so that each line of a long expression is a comment. */
function asComment(expression: string): string {
  return expression.replace(/[^\r\n]+/g, (line) => "#" + "_".repeat(line.length - 1));
}
