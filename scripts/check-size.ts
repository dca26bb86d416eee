import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Metafile } from "esbuild";
import { BUNDLED } from "./package/bundled";

/** Prints what the bundles weigh and what in them does; fails when one is over its budget. */
const root = resolve(__dirname, "..");
const KB = 1000;
const budgets: Readonly<Record<string, number>> = {
  "dist/extension.js": 900 * KB,
  "dist/web.js": 900 * KB,
  "dist/live.js": 300 * KB,
  // It also carries the texts that the editor opens as pages: some 2 kB a rule.
  "dist/cli.js": 1400 * KB,
  "dist/lsp.js": 1500 * KB,
};

/** Of live metrics the editor's own bundle has the four commands that load it; everything else waits for Connect. */
const LIVE = /src\/(live|hosts\/vscode\/live|features\/live\.ts|hosts\/vscode\/live-door\.ts)/;
const LIVE_BUDGET = 1.2 * KB;

function main(): number {
  const metafiles = JSON.parse(readFileSync(join(root, "dist", "meta.json"), "utf8")) as Record<
    string,
    Metafile
  >;
  const rows = Object.entries(budgets).flatMap(([file, budget]) => {
    if (!existsSync(join(root, file))) return [];
    const bytes = statSync(join(root, file)).size;
    return { bundle: file, kB: kilobytes(bytes), "budget kB": kilobytes(budget), ok: bytes <= budget };
  });
  console.table(rows);
  const extension = metafiles["dist/extension.js"];
  if (extension) console.table(heaviest(extension));
  const live = extension ? bytesOf(extension, LIVE) : 0;
  if (live > LIVE_BUDGET) console.error(`dist/extension.js has ${kilobytes(live)} kB of live metrics.`);
  const missing = ["dist/extension.js", "dist/web.js"].filter(
    (file) => !rows.some(({ bundle }) => bundle === file),
  );
  for (const file of missing) console.error(`${file} is missing: run the build first.`);
  for (const { bundle } of rows.filter(({ ok }) => !ok)) console.error(`${bundle} is over its budget.`);
  const wrong = wronglyListed(metafiles);
  for (const name of wrong)
    console.error(`${name} is either in a bundle or in scripts/package/bundled.ts, not in both.`);
  return missing.length > 0 || wrong.length > 0 || rows.some(({ ok }) => !ok) || live > LIVE_BUDGET ? 1 : 0;
}

/** Packages whose licence we would leave out, or print for nothing. */
function wronglyListed(metafiles: Readonly<Record<string, Metafile>>): readonly string[] {
  const outputs = Object.values(metafiles).flatMap((each) => Object.values(each.outputs));
  const inputs = outputs.flatMap((each) => Object.entries(each.inputs));
  const bundled = new Set(
    inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (packageOf(path) ?? []) : [])),
  );
  return [
    ...[...bundled].filter((name) => !BUNDLED.includes(name)),
    ...BUNDLED.filter((name) => !bundled.has(name)),
  ];
}

function packageOf(path: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

function bytesOf({ outputs }: Metafile, path: RegExp): number {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.reduce((sum, [name, { bytesInOutput }]) => sum + (path.test(name) ? bytesInOutput : 0), 0);
}

/** Bytes by package, or by folder of our own sources. */
function heaviest(metafile: Metafile): { part: string; kB: number }[] {
  const parts = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const part = packageOf(path) ?? path.split("/").slice(0, 2).join("/");
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  }
  const sorted = [...parts].sort((a, b) => b[1] - a[1]).slice(0, 12);
  return sorted.map(([part, bytes]) => ({ part, kB: kilobytes(bytes) }));
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 100) / 10;
}

process.exit(main());
