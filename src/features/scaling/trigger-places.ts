import { targetServers } from "../../autoscaling/target";
import { contains, type Span } from "../../base/span";
import type { Position, Range } from "../../base/text";
import type { Scaler } from "../../kubernetes/model";
import type { Folder } from "../workspace/folder";
import { readTriggers, triggerCard, triggerTitle, type TriggerReading } from "./trigger";
import type { SourceFile } from "../workspace/workspace";

/** A line above a trigger; a click simulates its autoscaler. */
export interface ScalingLens {
  readonly title: string;
  readonly range: Range;
}

export function scalingLensesOf(file: SourceFile, folder: Folder): readonly ScalingLens[] {
  return readingsIn(file, folder).flatMap(({ readings }) =>
    readings.map((reading) => {
      const { start } = placed(file, folder, reading, reading.trigger.signal.node.span);
      return { title: triggerTitle(reading), range: { start, end: start } };
    }),
  );
}

/** The card of a trigger, when the position is on its threshold or metric type. */
export function triggerHoverAt(
  file: SourceFile,
  folder: Folder,
  position: Position,
): { readonly range: Range; readonly markdown: string } | undefined {
  const offset = file.index.offsetAt(position);
  for (const { readings } of readingsIn(file, folder)) {
    for (const reading of readings) {
      const { signal } = reading.trigger;
      const base = folder.offsetIn(file, signal.node.doc) ?? 0;
      const point = { start: offset - base, end: offset - base };
      const span = tellingSpans(reading).find((each) => contains(each, point));
      if (span)
        return { range: placed(file, folder, reading, span), markdown: triggerCard(reading, readings) };
    }
  }
  return undefined;
}

/** The threshold and the metric type, keys included; KServe keeps the threshold under a key of another name. */
function tellingSpans({ trigger: { signal, metadata } }: TriggerReading): readonly Span[] {
  const entries = [metadata.entry("threshold"), signal.node.entry("metricType")];
  const spans = entries.flatMap((entry) =>
    entry ? [{ start: entry.key.span.start, end: (entry.value ?? entry.key).span.end }] : [],
  );
  return signal.threshold ? [...spans, signal.threshold.span] : spans;
}

interface Readings {
  readonly scaler: Scaler;
  readonly readings: readonly TriggerReading[];
}

function readingsIn(file: SourceFile, folder: Folder): readonly Readings[] {
  if (file.status !== "analysed") return [];
  return file.documents.flatMap(({ source }) =>
    folder.model(source, file).scalers.map((scaler) => {
      const [server] = targetServers(scaler, folder.view().servers());
      return { scaler, readings: readTriggers(scaler, server?.version.version) };
    }),
  );
}

function placed(file: SourceFile, folder: Folder, { trigger }: TriggerReading, span: Span): Range {
  const base = folder.offsetIn(file, trigger.signal.node.doc) ?? 0;
  return file.index.rangeOf({ start: base + span.start, end: base + span.end });
}
