import type { MigratedServer, Migration } from "./migrate";

/** The list of a migration in Markdown, which a terminal can show as well. */
export function migrationText({ to, done, left, servers }: Migration): string {
  const sections = [
    section(`To vLLM ${to}`, done, "Nothing has to change."),
    section("Left for you", left, ""),
    ...servers.map((server) => section(`Memory of ${server.name}`, memory(server), "")),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function section(title: string, lines: readonly string[], otherwise: string): string {
  if (lines.length === 0 && otherwise === "") return "";
  const body = lines.length === 0 ? [otherwise] : lines.map((line) => `- ${line}`);
  return `## ${title}\n\n${body.join("\n")}\n`;
}

function memory({ from, before, after, defaults }: MigratedServer): readonly string[] {
  const row = (name: string, old: number | null, now: number | null, unit: string): string =>
    `${name}: ${number(old)} → ${number(now)}${unit}`;
  return [
    `From vLLM ${from}; fits: ${before.fits} → ${after.fits}`,
    row("KV tokens", before.kv.tokens, after.kv.tokens, ""),
    row("Budget", before.perGpu.budgetGiB, after.perGpu.budgetGiB, " GiB a GPU"),
    row("KV cache", before.perGpu.kvCacheGiB, after.perGpu.kvCacheGiB, " GiB a GPU"),
    ...defaults.map(({ flag, from, to }) => `Default of \`${flag}\`: ${from} → ${to}`),
  ];
}

function number(value: number | null): string {
  return value === null ? "not known" : value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
