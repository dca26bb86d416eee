import { adviceFor } from "../../../../live/advice";
import { cleanText } from "../../../../live/clean";
import type { LiveManifest } from "../../../../live/manifest";
import { formatAge } from "../../../../live/numbers";
import { thresholdLines } from "../../../../live/thresholds";
import { RANGES, type LiveView, type StatusView } from "../../../../live/view";
import type { LiveSession } from "./live-session";
import { triggerView } from "./trigger-values";

/** What the page is given of a session: words and numbers, none of which can carry a credential. */
export function viewOf(
  session: LiveSession,
  manifest: LiveManifest | undefined,
  findings: readonly string[],
  now: number,
): LiveView {
  const { connection, found, board, workload, values } = session;
  const access = connection?.access;
  const thresholds = manifest
    ? thresholdLines(manifest, session.server, session.replicas?.wanted, values.alerts)
    : new Map<string, never>();
  return {
    context: cleanText(access?.context ?? "–"),
    cluster: cleanText(access?.cluster ?? "–"),
    namespace: cleanText(workload?.namespace ?? access?.namespace ?? "–"),
    workload: cleanText(workload?.name ?? "No server"),
    source: cleanText(found?.source.name ?? "–"),
    status: statusOf(session, now),
    servers: (manifest?.servers ?? []).map(({ workload: each, name }) =>
      cleanText(`${each.name ?? "?"} · ${name}`),
    ),
    server: session.server,
    ranges: RANGES,
    range: session.rangeMinutes,
    byPod: session.byPod,
    paused: session.paused,
    panels: board.views(thresholds),
    triggers: values.triggers.map((each) => triggerView(each, session.replicas)),
    alerts: [...values.alerts].map(([{ name }, state]) => ({ name: cleanText(name, 80), state })),
    findings,
    updated: session.lastGood === undefined ? undefined : session.lastGood / 1000,
  };
}

export function statusOf(session: LiveSession, now: number): StatusView {
  const { phase, failure, lastGood, partial } = session;
  const age = lastGood === undefined ? "" : ` The numbers are ${formatAge(now - lastGood)} old.`;
  if (session.paused && phase !== "off") return { kind: "paused", text: `Paused.${age}` };
  switch (phase) {
    case "off":
      return {
        kind: "off",
        text: "Not connected.",
        advice: "Try now, or run “vLLM: Open Live Metrics” again.",
      };
    case "confirming":
      return { kind: "connecting", text: "Waiting for your yes to this cluster …" };
    case "connecting":
      return { kind: "connecting", text: "Connecting …" };
    case "live":
      return { kind: "live", text: "Live", advice: partial === undefined ? undefined : cleanText(partial) };
    case "stale":
    case "failed": {
      const { advice, code } = failure ? adviceFor(failure) : { advice: "", code: undefined };
      return {
        kind: phase,
        text: cleanText(`${failure?.message ?? "The reading failed."}${age}`, 300),
        advice,
        code,
      };
    }
  }
}
