import type { LiveAlert } from "../../../../live/manifest";
import { literalPattern, quoted } from "../../../../live/promapi";
import type { AlertState } from "../../../../live/thresholds";
import type { Source } from "./source";

interface Asking {
  readonly namespace: string;
  readonly at: number;
  readonly signal: AbortSignal;
}

/** More than these are nothing to read in a row. */
const MOST_ALERTS = 20;

/**
 * What becomes of the manifest's alerts now: as Prometheus says itself (its series `ALERTS`), else by their own expressions,
 * for a rule that is not applied yet. Alerts that could not be asked are left out.
 */
export async function readAlerts(
  all: readonly LiveAlert[],
  source: Source,
  asking: Asking,
): Promise<ReadonlyMap<LiveAlert, AlertState>> {
  const alerts = all.slice(0, MOST_ALERTS);
  if (!source.ask || alerts.length === 0) return new Map();
  const known = await statesByName(alerts, source, asking);
  const states = await Promise.all(
    alerts.map(async (alert) => {
      const own = known?.get(alert.name);
      if (own !== undefined) return [[alert, own] as const];
      const holds = await source.ask?.(alert.query, asking.at, asking.signal).catch(() => undefined);
      return holds ? [[alert, holds.length > 0 ? ("holds" as const) : ("quiet" as const)] as const] : [];
    }),
  );
  return new Map(states.flat());
}

async function statesByName(
  alerts: readonly LiveAlert[],
  source: Source,
  { namespace, at, signal }: Asking,
): Promise<ReadonlyMap<string, AlertState> | undefined> {
  const names = alerts.map(({ name }) => literalPattern(name)).join("|");
  const query = `ALERTS{alertname=~${quoted(names)}}`;
  const series = await source.ask?.(query, at, signal).catch(() => undefined);
  if (!series) return undefined;
  const states = new Map<string, AlertState>();
  for (const { labels } of series) {
    const name = labels.get("alertname") ?? "";
    // An alert of the same name may watch another namespace.
    if ((labels.get("namespace") ?? namespace) !== namespace) continue;
    if (labels.get("alertstate") === "firing") states.set(name, "firing");
    else if (!states.has(name)) states.set(name, "pending");
  }
  return states;
}
