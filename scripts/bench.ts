import { activation, bundleSizes } from "../test/bench/bundles";
import { corpus } from "../test/bench/corpus";
import { editing, unrelated } from "../test/bench/editing";
import type { Times } from "../test/bench/measure";
import type { Result } from "../test/bench/result";

/** `npm run bench`: the numbers this project promises, measured now on this machine. Fails when a ceiling is broken. */
function main(): number {
  const folder = process.env.CORPUS_DIR;
  const results = [
    ...activation(),
    ...bundleSizes(),
    ...unrelated(),
    ...editing(),
    ...(folder ? corpus(folder) : []),
  ];
  console.table(results.map(rowOf));
  if (!folder) console.log("CORPUS_DIR is not set: real files were not measured");
  const broken = results.filter(({ value, ceiling }) => !(value < ceiling));
  for (const { name, value, ceiling, unit } of broken) {
    console.error(
      `BROKEN: ${name}: ${numberOf(value)} is not under ${numberOf(ceiling)} ${unit === "ratio" ? "" : unit}`.trimEnd(),
    );
  }
  return broken.length > 0 ? 1 : 0;
}

function rowOf({ name, times, reference, value, ceiling, unit }: Result): object {
  return {
    what: name,
    ...timesRow(times),
    "compared with": reference?.name ?? "",
    "median ms ": reference ? numberOf(reference.times.median) : "",
    value: `${numberOf(value)}${unit === "ratio" ? "" : ` ${unit}`}`,
    ceiling: `${numberOf(ceiling)}${unit === "ratio" ? "" : ` ${unit}`}`,
    ok: value < ceiling,
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
