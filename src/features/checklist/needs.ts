import type { ChecklistNeed } from "../../data/checklist";
import type { KubeObject, Scaler } from "../../kubernetes/model";
import type { QuerySite } from "../../metrics/model";
import { writtenOut } from "../../rules/written-out";
import { versionCertainty } from "../../rules/args/version-claim";
import type { MemoryPlan } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";

/** What the manifests in view hold, as far as the checklist asks. */
export interface ChecklistView {
  readonly servers: readonly VllmServer[];
  readonly scalers: readonly Scaler[];
  readonly queries: readonly QuerySite[];
  objects(kind: string): readonly KubeObject[];
  plan(server: VllmServer): MemoryPlan;
}

interface Need {
  /** Why nothing can be said. */
  readonly missing: string;
  isMet(view: ChecklistView): boolean;
}

/** Each server has to show it: an entry passes for all of them or not at all. */
function ofServers(missing: string, shows: (server: VllmServer, view: ChecklistView) => boolean): Need {
  return { missing, isMet: (view) => view.servers.every((server) => shows(server, view)) };
}

function ofKind(missing: string, ...kinds: readonly string[]): Need {
  return { missing, isMet: (view) => kinds.some((kind) => view.objects(kind).length > 0) };
}

const NEEDS: Readonly<Record<ChecklistNeed, Need>> = {
  weights: ofServers("The model or the GPU is not known.", (server, view) => {
    const { weights, gpu } = view.plan(server);
    return weights !== undefined && gpu !== undefined;
  }),
  model: ofServers("The model is not known.", (server, view) => view.plan(server).model !== undefined),
  gpu: ofServers("The GPU is not known.", (server, view) => view.plan(server).gpu !== undefined),
  version: ofServers(
    "The image does not tell its vLLM release.",
    (server) => versionCertainty(server) === "sure",
  ),
  closed: ofServers("A part of the command line comes from elsewhere.", ({ engine }) => !engine.open),
  whole: ofServers(
    "A part of the workload is written elsewhere: by a chart, an overlay or an operator.",
    (server) => writtenOut(server) !== undefined,
  ),
  scaler: { missing: "No autoscaler is in view.", isMet: ({ scalers }) => scalers.length > 0 },
  keda: {
    missing: "No ScaledObject is in view.",
    isMet: ({ scalers }) => scalers.some(({ type }) => type === "keda"),
  },
  query: { missing: "No query of vLLM's metrics is in view.", isMet: ({ queries }) => queries.length > 0 },
  alert: ofKind("No PrometheusRule is in view.", "PrometheusRule"),
  monitor: ofKind("No ServiceMonitor or PodMonitor is in view.", "ServiceMonitor", "PodMonitor"),
  quota: ofKind("No ResourceQuota is in view.", "ResourceQuota"),
  budget: ofKind("No PodDisruptionBudget is in view.", "PodDisruptionBudget"),
};

/** Why the manifests do not show whether an entry holds; undefined when they do. */
export function unmetNeed(needs: readonly ChecklistNeed[], view: ChecklistView): string | undefined {
  const unmet = needs.find((need) => !NEEDS[need].isMet(view));
  return unmet === undefined ? undefined : NEEDS[unmet].missing;
}
