import { DEFAULT_FILTER, type WhatIf, type WhatIfFilter } from "../../features/what-if/what-if";
import { AXES } from "../../features/what-if/axes";
import { formatTokens, formatTimes } from "../../features/units";
import { seeHelp } from "./arguments";
import { UsageError } from "./exit";
import { alignedTable, printable, style } from "./terminal";

/** `--vary gpu,tensor`: those axes take any value, the others the present one. */
export function filterOf(vary: string | undefined): WhatIfFilter {
  if (vary === undefined) return DEFAULT_FILTER;
  const names = vary.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !AXES.some((axis) => axis === name));
  if (unknown !== undefined)
    throw new UsageError(`--vary takes ${AXES.join(", ")}, not ${JSON.stringify(unknown)}${seeHelp("size")}`);
  const on = (axis: string): string => (names.includes(axis) ? "any" : "now");
  return {
    gpu: on("gpu"),
    tensor: on("tensor"),
    length: on("length"),
    cache: on("cache"),
    checkpoint: on("checkpoint"),
    fitting: true,
  };
}

const MOST_ROWS = 40;

/** The rows as a table, the most useful first. */
export function whatIfText({ title, rows, unfit }: WhatIf, file: string, colour: boolean): string {
  const styled = style(colour);
  const cells = rows
    .slice(0, MOST_ROWS)
    .map((row) => [
      row.isNow ? "now" : row.fits === "tight" ? "tight" : row.fits === "yes" ? "fits" : row.fits,
      `${row.gpus ?? "?"} x ${row.gpu ?? "unknown"}`,
      String(row.tensorParallel ?? "?"),
      String(row.maxModelLen ?? "?"),
      row.kvCacheDtype,
      row.quantization,
      row.tokens === null || row.fits === "no" ? "-" : formatTokens(row.tokens),
      row.maxConcurrency === null || row.fits === "no" ? "-" : formatTimes(row.maxConcurrency),
      row.weightsGiB === null ? "?" : row.weightsGiB.toFixed(1),
      row.kvCacheGiB === null ? "?" : row.kvCacheGiB.toFixed(1),
    ]);
  const head = [
    "",
    "GPUs",
    "TP",
    "length",
    "KV dtype",
    "quantisation",
    "KV tokens",
    "requests",
    "weights",
    "KV GiB",
  ];
  const more = rows.length > MOST_ROWS ? [`  and ${rows.length - MOST_ROWS} more, with --format json`] : [];
  const hidden = unfit > 0 ? [`  ${unfit} that would not fit are left out`] : [];
  const lines = [
    `${styled.bold(printable(title))}  ${styled.dim(printable(file))}`,
    ...alignedTable([head, ...cells]),
    ...more,
    ...hidden,
  ];
  return lines.map((line) => line.trimEnd() + "\n").join("");
}
