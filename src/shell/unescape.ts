import type { Traced, TracedBuilder } from "./traced";

/**
 * Copies source characters with their backslashes resolved (POSIX 2.2.1 and 2.2.3): outside of quotes each one is taken
 * literally after a backslash, in double quotes only `$`, `` ` ``, `"` and `\` are; before a line break both go.
 */
export function copyUnescaped(
  script: Traced,
  from: number,
  to: number,
  style: "plain" | "double",
  out: TracedBuilder,
): void {
  const { text } = script;
  let done = from;
  for (let i = text.indexOf("\\", from); i !== -1 && i + 1 < to; i = text.indexOf("\\", i)) {
    const next = text[i + 1] ?? "";
    const joins = next === "\n";
    if (style === "double" && !joins && !'$`"\\'.includes(next)) {
      i += 2;
      continue;
    }
    if (i > done) out.copy(script, done, i);
    i += 2;
    done = joins ? i : i - 1;
  }
  if (done < to) out.copy(script, done, to);
}
