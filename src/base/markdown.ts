/** Text of a manifest as a code span: no character of it is Markdown, or ends the span. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** The only pictures that are drawn here. Any other address would be fetched as soon as the hover is shown. */
const OWN_PICTURE = "![GPU memory](data:image/svg+xml;base64,";

/** Markdown that loads nothing but our own pictures, and whose links lead to web pages alone: the last guard, behind `code`. */
export function inert(markdown: string): string {
  return markdown
    .replaceAll(/!(?=\[)/g, (mark: string, at: number) =>
      markdown.startsWith(OWN_PICTURE, at) ? mark : "\\!",
    )
    .replaceAll(/\](?=\((?!https:\/\/|data:image\/svg\+xml;base64,))/g, "\\]")
    .replaceAll(/^(\s*)\[(?=[^\]\n]*\]:)/gm, "$1\\[")
    .replaceAll(/<(?=[a-z][a-z0-9+.-]*:)/gi, "&lt;");
}
