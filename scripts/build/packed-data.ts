import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** From here on the table is shorter than its rows with all their keys. */
const MIN_ROWS = 20;

/** Lists of records in the catalogues are bundled as tables: the keys once, then the rows. What the code imports is the same. */
export const packedData: Plugin = {
  name: "packed-data",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]data[\\/][^\\/]+\.json$/ }, ({ path }) => {
      const data: unknown = JSON.parse(readFileSync(path, "utf8"));
      return { contents: `${UNPACK}\nexport default ${packed(data)};`, loader: "js" };
    });
  },
};

const UNPACK = `const table = (keys, rows) => rows.map((row) => {
  const record = {};
  row.forEach((value, i) => { record[keys[i]] = value; });
  return record;
});`;

function packed(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length >= MIN_ROWS && value.every(isRecord) ? table(value) : `[${value.map(packed).join()}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}:${packed(each)}`)
    .join()}}`;
}

/** Frequent keys come first, so that most rows end early; a hole stands for a key that a record does not have. */
function table(records: readonly Record<string, unknown>[]): string {
  const counts = new Map<string, number>();
  for (const key of records.flatMap((record) => Object.keys(record)))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  const keys = [...counts].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  const rows = records.map((record) => {
    const last = keys.findLastIndex((key) => key in record);
    return `[${keys
      .slice(0, last + 1)
      .map((key) => (key in record ? packed(record[key]) : ""))
      .join()}]`;
  });
  return `table(${JSON.stringify(keys)},[${rows.join()}])`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
