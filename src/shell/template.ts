import { Traced, TracedBuilder, UNKNOWN, type TextSource } from "./traced";

/** Actions that write nothing themselves: `if`, `end`, comments, assignments to `$x`. */
const SILENT = /^\{\{-?\s*(if|else|end|range|with|define|block|break|continue|\/\*|\$[\w.]*\s*:?=)/;
const OPENS = /^\{\{-?\s*(if|range|with|define|block)\b/;
const CLOSES = /^\{\{-?\s*end\b/;

/** An expression; a chart that writes one for somebody else quotes it: `{{ "{{ .Name }}" }}`. */
const EXPRESSION = /\{\{-?\s*(["'`])(?:(?!\1)[\s\S])*\{\{(?:(?!\1)[\s\S])*\1\s*-?\}\}|\{\{[\s\S]*?\}\}+/g;

/**
 * A scalar's text as the layers above may read it. Template expressions that write something become UNKNOWN; those that only
 * steer (`{{ if }}`) vanish, and what stands between them is marked as perhaps not there.
 */
export function traceSource(source: TextSource): Traced {
  const whole = Traced.whole(source);
  if (!source.text.includes("{{")) return whole;
  const text = source.text;
  const out = new TracedBuilder();
  let depth = 0;
  let done = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    const action = match[0];
    const end = match.index + action.length;
    if (match.index > done) out.copy(whole, done, match.index, depth > 0);
    done = end;
    const silent = SILENT.test(action);
    const alone = text[end] === "\n" && /(^|\n)[ \t]*$/.test(out.text);
    if (!silent) out.replace(UNKNOWN, whole, match.index, end, { maybe: depth > 0 });
    else if (OPENS.test(action)) depth++;
    else if (CLOSES.test(action)) depth = Math.max(0, depth - 1);
    if (!alone) continue;
    // A steering line leaves no line behind. One that writes (`{{ include "extra.args" . }}`) below a line that ends in a
    // backslash writes more lines of the same command, the last with a backslash of its own.
    if (silent) done = end + 1;
    else if (/\\\n[ \t]*\uE000$/.test(out.text)) {
      out.replace(" ", whole, end, end + 1, { maybe: depth > 0 });
      done = end + 1;
    }
  }
  if (done < text.length || out.text === "") out.copy(whole, done, text.length, depth > 0);
  return out.build();
}

/** `<your-model>` in a shell script: a hole to be filled in, which the shell's grammar would take for a redirection. */
export function maskPlaceholders(text: Traced): Traced {
  const matches = [...text.text.matchAll(/<[A-Za-z][\w.-]*>/g)];
  if (matches.length === 0) return text;
  const out = new TracedBuilder();
  let done = 0;
  for (const match of matches) {
    const end = match.index + match[0].length;
    if (match.index > done) out.copy(text, done, match.index);
    out.replace(UNKNOWN, text, match.index, end);
    done = end;
  }
  if (done < text.text.length) out.copy(text, done);
  return out.build();
}
