/** What the pages of docs/ are written in: headings, paragraphs, lists, tables, fences, links, pictures, code and emphasis. Text stays text. */
export function toHtml(markdown: string, link: (target: string) => string): string {
  const blocks: string[] = [];
  const lines = markdown.replace(/<!--[^>]*-->/g, "").split("\n");
  let at = 0;
  const take = (belongs: (line: string) => boolean): string[] => {
    const start = at;
    while (at < lines.length && belongs(lines[at] ?? "")) at++;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") at++;
    else if (line.startsWith("```")) {
      at++;
      blocks.push(`<pre><code>${escaped(take((each) => !each.startsWith("```")).join("\n"))}</code></pre>`);
      at++;
    } else if (/^#{1,6} /.test(line)) {
      at++;
      blocks.push(heading(line, link));
    } else if (line.startsWith("|"))
      blocks.push(
        table(
          take((each) => each.startsWith("|")),
          link,
        ),
      );
    else if (isItem(line))
      blocks.push(
        list(
          take((each) => isItem(each) || /^\s+\S/.test(each)),
          link,
        ),
      );
    else blocks.push(`<p>${inline(take(isText).join(" "), link)}</p>`);
  }
  return blocks.join("\n");
}

export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** The name of a heading in a link, as GitHub makes it. */
export function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function isItem(line: string): boolean {
  return /^\s*(-|\d+\.) /.test(line);
}

function isText(line: string): boolean {
  return line.trim() !== "" && !/^(```|#{1,6} |\|)/.test(line) && !isItem(line);
}

function heading(line: string, link: (target: string) => string): string {
  const level = line.indexOf(" ");
  const text = line.slice(level + 1).trim();
  return `<h${level} id="${escaped(anchorOf(text))}">${inline(text, link)}</h${level}>`;
}

function list(lines: readonly string[], link: (target: string) => string): string {
  const items: string[] = [];
  for (const line of lines) {
    if (isItem(line)) items.push(line.replace(/^\s*(-|\d+\.) /, ""));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const tag = /^\s*\d/.test(lines[0] ?? "") ? "ol" : "ul";
  return `<${tag}>${items.map((item) => `<li>${inline(item, link)}</li>`).join("\n")}</${tag}>`;
}

function table(lines: readonly string[], link: (target: string) => string): string {
  const [head = "", , ...rows] = lines;
  const row = (line: string, tag: string): string =>
    `<tr>${cells(line)
      .map((cell) => `<${tag}>${inline(cell, link)}</${tag}>`)
      .join("")}</tr>`;
  const body = rows.map((line) => row(line, "td")).join("\n");
  return `<table><thead>${row(head, "th")}</thead><tbody>${body}</tbody></table>`;
}

/** A bar behind a backslash is part of its cell. */
function cells(line: string): readonly string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
}

function inline(text: string, link: (target: string) => string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? `<code>${escaped(part.slice(1, -1))}</code>` : prose(part, link)))
    .join("")
    .replace(/\[((?:[^[\]]|<code>[^<]*<\/code>)*)\]\(([^()\s]+)\)/g, (_, label: string, target: string) => {
      return `<a href="${escaped(link(target))}">${label}</a>`;
    });
}

function prose(text: string, link: (target: string) => string): string {
  return escaped(text)
    .replace(/!\[([^\]]*)\]\(([^()\s]+)\)/g, (_, alt: string, target: string) => {
      return `<img alt="${alt}" src="${escaped(link(target))}">`;
    })
    .replace(/&lt;(https?:\/\/[^\s&]+)&gt;/g, '<a href="$1">$1</a>')
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
}
