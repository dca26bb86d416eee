import { LiveFailure } from "./failure";
import type { Point } from "./ring";
import { isRecord } from "../base/record";
import { listField, recordField, textField, textMap } from "./shape";

/** A series of an answer of Prometheus. */
export interface PromSeries {
  readonly labels: ReadonlyMap<string, string>;
  readonly points: readonly Point[];
}

export interface PromAnswer {
  readonly series: readonly PromSeries[];
  /** True when there were more series than are read. */
  readonly cut: boolean;
}

/** A chart with more lines than these shows nothing. */
export const MOST_SERIES = 500;
const MOST_POINTS = 11_000;

/**
 * Reads `/api/v1/query` and `query_range` answers (https://prometheus.io/docs/prometheus/latest/querying/api/). What is not
 * of that shape, a login page say, is a failure of its own; what is unknown in it is passed over.
 */
export function readPromAnswer(body: string): PromAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw notPrometheus();
  }
  const status = textField(value, "status");
  if (status === "error") throw queryFailure(textField(value, "errorType"));
  const data = recordField(value, "data");
  const type = textField(data, "resultType");
  if (status !== "success" || type === undefined) throw notPrometheus();
  if (type === "scalar" || type === "string") {
    const point = pointOf(data.result);
    return { series: point ? [{ labels: new Map(), points: [point] }] : [], cut: false };
  }
  const result = listField(data, "result");
  const series = result.slice(0, MOST_SERIES).flatMap((item) => {
    if (!isRecord(item)) return [];
    const raw = type === "vector" ? [item.value] : listField(item, "values").slice(-MOST_POINTS);
    const points = ordered(raw.map(pointOf).filter((point) => point !== undefined));
    return points.length === 0 ? [] : [{ labels: textMap(item.metric), points }];
  });
  return { series, cut: result.length > MOST_SERIES };
}

function notPrometheus(): LiveFailure {
  return new LiveFailure("upstream", "not-prometheus", "The answer is not one of Prometheus.");
}

function queryFailure(type: string | undefined): LiveFailure {
  if (type === "timeout")
    return new LiveFailure("upstream", "timeout", "Prometheus took too long for the query.");
  if (type === "bad_data")
    return new LiveFailure("upstream", "bad-request", "Prometheus does not understand the query.");
  return new LiveFailure("upstream", "server-error", "Prometheus could not answer the query.");
}

function pointOf(value: unknown): Point | undefined {
  if (!Array.isArray(value)) return undefined;
  const [seconds, text] = value as readonly unknown[];
  if (typeof seconds !== "number" || typeof text !== "string") return undefined;
  return [seconds * 1000, promNumber(text)];
}

/** Numbers come as text, for JSON has no NaN and no infinity. */
function promNumber(text: string): number {
  if (text === "+Inf" || text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return text.trim() === "" ? NaN : Number(text);
}

function ordered(points: readonly Point[]): readonly Point[] {
  return points.every((point, i) => i === 0 || point[0] >= (points[i - 1]?.[0] ?? 0))
    ? points
    : [...points].sort((a, b) => a[0] - b[0]);
}

/** A text as PromQL writes it between double quotes; the only way in which names of the cluster get into a query. */
export function quoted(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll(/[\u0000-\u001f]/g, "");
  return `"${escaped}"`;
}

/** A text that a regular expression of RE2 takes literally. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
