import type { LiveAlert, LiveManifest } from "../../../../live/manifest";
import type { AlertState } from "../../../../live/thresholds";
import { readAlerts } from "./alert-values";
import type { Source } from "./source";
import { readTriggers, type TriggerNow } from "./trigger-values";

/** What the manifest's own queries say at this moment. */
export interface ManifestValues {
  readonly triggers: readonly TriggerNow[];
  readonly alerts: ReadonlyMap<LiveAlert, AlertState>;
}

export const NO_VALUES: ManifestValues = { triggers: [], alerts: new Map() };

export async function readManifestValues(
  manifest: LiveManifest,
  source: Source,
  asking: {
    readonly server: number;
    readonly namespace: string;
    readonly at: number;
    readonly signal: AbortSignal;
  },
): Promise<ManifestValues> {
  const own = manifest.triggers.filter(({ server }) => server === asking.server);
  const [triggers, alerts] = await Promise.all([
    readTriggers(own, source, asking.at, asking.signal),
    readAlerts(manifest.alerts, source, asking),
  ]);
  return { triggers, alerts };
}
