import { hasProbe, probeOf, type ProbeKind } from "../../kubernetes/probes";
import { formatSeconds } from "../../sizing/format";
import type { LoadEstimate } from "../../sizing/load";
import type { VllmServer } from "../../vllm/model";
import { probeEffect } from "../hover/flag-effect";
import type { Note } from "./note";

const KINDS: readonly ProbeKind[] = ["startupProbe", "livenessProbe"];

/** How long each probe waits before the container is killed. */
export function probeNotes({ container }: VllmServer, load: LoadEstimate): readonly Note[] {
  if (!container) return [];
  return KINDS.flatMap((kind): Note[] => {
    const probe = hasProbe(container, kind) ? probeOf(container, kind) : undefined;
    const node = probe?.failureThreshold.node ?? probe?.period.node;
    if (!probe || !node || probe.budgetSeconds === undefined) return [];
    const isHeldBack = kind === "livenessProbe" && hasProbe(container, "startupProbe");
    const label = `gives up after ${formatSeconds(probe.budgetSeconds)}`;
    return [
      {
        kind: "probes",
        at: { doc: node.doc, span: node.span },
        label,
        tooltip: probeEffect(probe.budgetSeconds, isHeldBack ? undefined : load),
      },
    ];
  });
}
