import { askedNow, thresholdOnChart } from "../../../../live/desired-now";
import type { LiveTrigger } from "../../../../live/manifest";
import { formatNumber } from "../../../../live/numbers";
import { cleanText } from "../../../../live/clean";
import type { TriggerView } from "../../../../live/view";
import { failureFrom } from "../access/failures";
import type { ReplicaCounts } from "./cluster-reader";
import type { Source } from "./source";

/** What a trigger's own query says now, or why that is not known. */
export interface TriggerNow {
  readonly trigger: LiveTrigger;
  readonly value: number | undefined;
  readonly problem: string | undefined;
}

/** Asks the queries of the manifest's triggers. */
export function readTriggers(
  triggers: readonly LiveTrigger[],
  source: Source,
  at: number,
  signal: AbortSignal,
): Promise<readonly TriggerNow[]> {
  return Promise.all(
    triggers.map(async (trigger) => {
      if (!source.ask) return { trigger, value: undefined, problem: "needs a Prometheus" };
      try {
        const series = await source.ask(trigger.query, at, signal);
        const [first] = series;
        if (series.length > 1)
          return { trigger, value: undefined, problem: `${series.length} series; KEDA takes exactly one` };
        if (!first) return { trigger, value: undefined, problem: "no series" };
        return {
          trigger,
          value: first.value,
          problem: Number.isNaN(first.value) ? "not a number" : undefined,
        };
      } catch (error) {
        return { trigger, value: undefined, problem: failureFrom(error).message };
      }
    }),
  );
}

export function triggerView(
  { trigger, value, problem }: TriggerNow,
  replicas: ReplicaCounts | undefined,
): TriggerView {
  const wanted = replicas?.wanted;
  const asked =
    value === undefined || wanted === undefined
      ? undefined
      : askedNow(trigger, value, wanted, replicas?.ready);
  const limit = thresholdOnChart(trigger, wanted);
  const bound = asked?.bound === undefined ? "" : `held by the ${asked.bound}`;
  return {
    name: cleanText(`${trigger.scaler} · ${trigger.name}`),
    value: formatNumber(value, "count"),
    threshold:
      trigger.metricType === "AverageValue" && limit !== undefined
        ? `${formatNumber(trigger.threshold, "count")} each, ${formatNumber(limit, "count")} in all`
        : formatNumber(trigger.threshold, "count"),
    replicas: formatNumber(wanted, "count"),
    wanted: formatNumber(asked?.wanted, "count"),
    note: problem ?? bound,
  };
}

/** One line for the lens above a trigger. */
export function triggerLens(now: TriggerNow, replicas: ReplicaCounts | undefined): string {
  const { value, threshold, wanted, note, replicas: have } = triggerView(now, replicas);
  if (now.value === undefined) return `live: ${note}`;
  const asks =
    wanted === "–"
      ? ""
      : wanted === have
        ? ` · keeps ${have} replicas`
        : ` · asks for ${wanted} replicas, has ${have}`;
  return `live: ${value} of ${threshold}${asks}${note === "" ? "" : ` (${note})`}`;
}
