import { authoring } from "./authoring";
import { bundleSizes, activation } from "./bundles";
import { corpus } from "./corpus";
import { editing, unrelated } from "./editing";
import { promql } from "./promql";
import type { Times } from "./measure";
import type { Result } from "./result";
import { simulation } from "./simulation";

/** Measures and prints; fails when a ceiling is broken. Bundled like what ships, and run by scripts/bench.ts. */
function main(): number {
  const folder = process.env.CORPUS_DIR;
  const results = [
    ...activation(),
    ...bundleSizes(),
    ...unrelated(),
    ...editing(),
    ...promql(),
    ...authoring(),
    ...simulation(),
    ...(folder ? corpus(folder) : []),
  ];
  console.table(results.map(rowOf));
  if (!folder) console.log("CORPUS_DIR is not set: real files were not measured");
  const broken = results.filter(({ value, ceiling }) => !(value < ceiling));
  for (const { name, value, ceiling, unit } of broken) {
    const suffix = unit === "ratio" ? "" : ` ${unit}`;
    console.error(`BROKEN: ${name}: ${numberOf(value)} is not under ${numberOf(ceiling)}${suffix}`);
  }
  return broken.length > 0 ? 1 : 0;
}

function rowOf({ name, times, reference, value, ceiling, goal, unit }: Result): object {
  const suffix = unit === "ratio" ? "" : ` ${unit}`;
  return {
    what: name,
    ...timesRow(times),
    "compared with": reference?.name ?? "",
    "its median ms": reference ? numberOf(reference.times.median) : "",
    value: `${numberOf(value)}${suffix}`,
    ceiling: `${numberOf(ceiling)}${suffix}`,
    ok: value < ceiling,
    goal: goal === undefined ? "" : `${numberOf(goal)}${value < goal ? ", met" : ", not met"}`,
  };
}

function timesRow(times: Times | undefined): object {
  if (!times) return { runs: "", "median ms": "", "p95 ms": "" };
  return { runs: times.runs, "median ms": numberOf(times.median), "p95 ms": numberOf(times.p95) };
}

/** Three significant digits. */
function numberOf(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

process.exitCode = main();
