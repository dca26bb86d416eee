import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { docsUrl } from "../../src/rules/docs";
import { flagsPage } from "./flags-page";
import { escaped, toHtml } from "./markdown";
import { sizingPage } from "./sizing-table";

export interface Site {
  /** By path below the site: pages, pictures, style and search. */
  readonly files: ReadonlyMap<string, string | Buffer>;
}

/** Where a file of the repository is seen that is no page. */
const REPOSITORY = docsUrl("").replace(/docs\/rules\/.*$/, "");
const MODELS_IN_TABLE = 60;

/** The pages of docs/ with tables computed on the spot, as files that need no server. */
export function makeSite(root: string): Site {
  const docs = join(root, "docs");
  const pages = new Map<string, string>();
  for (const name of readdirSync(docs, { recursive: true, encoding: "utf8" }).sort())
    if (name.endsWith(".md")) pages.set(name, readFileSync(join(docs, name), "utf8"));
  pages.set("reference/options.md", flagsPage());
  pages.set("reference/models.md", sizingPage(MODELS_IN_TABLE));
  pages.set("index.md", readFileSync(join(root, "README.md"), "utf8"));
  const files = new Map<string, string | Buffer>();
  for (const [name, text] of pages) files.set(htmlOf(name), page(name, text, pages));
  for (const name of readdirSync(join(docs, "images")))
    if (name.endsWith(".png")) files.set(`images/${name}`, readFileSync(join(docs, "images", name)));
  files.set("style.css", STYLE);
  files.set("search.js", searchScript(pages));
  return { files };
}

function htmlOf(name: string): string {
  return name.replace(/README\.md$/, "index.html").replace(/\.md$/, ".html");
}

function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? "vLLM Kubernetes Tools";
}

function page(name: string, text: string, pages: ReadonlyMap<string, string>): string {
  const up = relative(dirname(name), ".") || ".";
  const main = toHtml(text, (target) => linkFrom(name, target, pages));
  const nav = [
    "index.md",
    "rules/README.md",
    "reference/options.md",
    "reference/models.md",
    "article.md",
    "sizing.md",
    "autoscaling.md",
    "authoring.md",
    "live.md",
    "editors.md",
    "accessibility.md",
  ]
    .filter((each) => pages.has(each))
    .map((each) => `<a href="${up}/${htmlOf(each)}">${escaped(titleOf(pages.get(each) ?? ""))}</a>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(titleOf(text))}</title>
<link rel="stylesheet" href="${up}/style.css">
<nav>${nav.join("\n")}
<label>Search <input type="search" id="search" data-root="${up}/"></label>
<ul id="found" aria-live="polite"></ul></nav>
<main>
${main}
</main>
<script src="${up}/search.js"></script>
</html>
`;
}

/** A page of the site, a picture, or a file of the repository where it is published. README lies above docs/. */
function linkFrom(name: string, target: string, pages: ReadonlyMap<string, string>): string {
  if (/^(https?:|mailto:|#)/.test(target)) return target;
  const [path = "", anchor] = target.split("#");
  const folder = name === "index.md" ? "." : posix.join("docs", posix.dirname(name));
  // What was computed has no place in docs/; its links are written as if it had.
  const inRepository = posix.join(folder, path);
  const inDocs = inRepository.startsWith("docs/") ? inRepository.slice("docs/".length) : undefined;
  const isHere = inDocs !== undefined && (pages.has(inDocs) || inDocs.startsWith("images/"));
  if (!isHere) return REPOSITORY + inRepository;
  const href = posix.relative(posix.dirname(name), htmlOf(inDocs)) || posix.basename(htmlOf(inDocs));
  return anchor === undefined ? href : `${href}#${anchor}`;
}

function searchScript(pages: ReadonlyMap<string, string>): string {
  const index = [...pages].map(([name, text]) => [
    htmlOf(name),
    titleOf(text),
    text.toLowerCase().slice(0, 20_000),
  ]);
  // A page of 200 options is found by each of them: its text is the index.
  return `const pages = ${JSON.stringify(index).replaceAll("<", "\\u003c")};
${SEARCH}`;
}

const SEARCH = `const box = document.getElementById("search");
const found = document.getElementById("found");
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const hits = words.length === 0 ? [] : pages.filter(([, , text]) => words.every((word) => text.includes(word)));
  const inTitle = ([, title]) => (words.every((word) => title.toLowerCase().includes(word)) ? 0 : 1);
  found.replaceChildren(...hits.sort((a, b) => inTitle(a) - inTitle(b)).slice(0, 20).map(([href, title]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = box.dataset.root + href;
    link.textContent = title;
    item.append(link);
    return item;
  }));
});
`;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem; }
nav { display: flex; flex-direction: column; gap: 0.4rem; position: sticky; top: 1rem; align-self: start; max-height: 95vh; overflow: auto; }
nav ul { padding-left: 1.1rem; margin: 0; }
input { font: inherit; width: 100%; box-sizing: border-box; }
pre { overflow: auto; padding: 0.8rem; background: color-mix(in srgb, currentColor 8%, transparent); border-radius: 6px; }
code { font: 0.9em ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow: auto; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.7rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
img { max-width: 100%; }
@media (max-width: 50rem) { body { grid-template-columns: 1fr; } nav { position: static; } }
`;
