import { thresholdOnChart } from "./desired-now";
import type { LiveAlert, LiveManifest } from "./manifest";
import { namesOf } from "./measure";
import { PANELS } from "./panels";

/** What Prometheus makes of an alert now. `holds`: its expression is true, but this Prometheus has no such rule. */
export type AlertState = "firing" | "pending" | "holds" | "quiet";

/** A line across a chart, with the words that say whose it is. */
export interface ThresholdLine {
  readonly value: number;
  readonly label: string;
  /** Of an alert's line, when it is known. */
  readonly state?: AlertState;
}

/** What the manifest promises of each panel: limits of triggers and alerts whose query is plainly that panel's metric. */
export function thresholdLines(
  manifest: LiveManifest,
  server: number,
  replicas: number | undefined,
  states: ReadonlyMap<LiveAlert, AlertState> = new Map(),
): ReadonlyMap<string, readonly ThresholdLine[]> {
  const lines = new Map<string, ThresholdLine[]>();
  const add = (
    metric: string | undefined,
    value: number | undefined,
    label: string,
    state?: AlertState,
  ): void => {
    const panel = metric === undefined ? undefined : panelShowing(metric);
    if (panel === undefined || value === undefined || !Number.isFinite(value)) return;
    const line = { value, label, ...(state === undefined ? {} : { state }) };
    lines.set(panel, [...(lines.get(panel) ?? []), line]);
  };
  for (const trigger of manifest.triggers) {
    if (trigger.server === server)
      add(trigger.plainMetric, thresholdOnChart(trigger, replicas), `${trigger.scaler}: adds replicas`);
  }
  for (const alert of manifest.alerts) add(alert.plainMetric, alert.limit, alert.name, states.get(alert));
  const maxRunning = manifest.servers[server]?.maxRunning;
  const cap = maxRunning === undefined ? undefined : maxRunning * Math.max(1, replicas ?? 1);
  add("vllm:num_requests_running", cap, "max-num-seqs");
  return lines;
}

/** The panel that shows a metric, also under the name of an earlier release. */
export function panelShowing(metric: string): string | undefined {
  return PANELS.find(({ lines }) =>
    lines.some(({ measure }) =>
      namesOf(measure.kind === "ratio" ? measure.of : measure.metric).includes(metric),
    ),
  )?.id;
}
