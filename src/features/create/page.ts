import type { Creation } from "./create";

/** What was chosen and what is left to do, as Markdown. */
export function creationText({ name, summary, steps, files }: Creation): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}\n`).join("");
  const [cluster = "", ...commands] = steps;
  const numbered = commands.map((line, i) => `${i + 1}. ${line}\n`).join("");
  return `# ${name}\n\n## What was chosen\n\n${list(summary)}\n## What is left to you\n\n${cluster}\n\n${numbered}\n## Files\n\n${list(files.map(({ path }) => `\`${path}\``))}`;
}
