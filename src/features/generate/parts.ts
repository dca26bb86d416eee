import { maxRunning } from "../../autoscaling/target";
import { pacedBehavior, type PacedBehavior } from "../../rules/autoscaling/scaled-object";
import { loadTime } from "../../rules/startup/load-time";
import type { VllmServer } from "../../vllm/model";
import { formatBlock, type Plain } from "../../yaml/format";
import type { Folder } from "../workspace/folder";

/** Four replicas unless the workload asks for more: nobody's quota is known here. */
export function bounds({ pod }: VllmServer): { minimum: number; maximum: number } {
  const minimum = Math.max(1, pod?.replicas ?? 1);
  return { minimum, maximum: Math.max(4, 2 * minimum) };
}

export function behavior(server: VllmServer, folder: Folder): PacedBehavior {
  const { plan, load } = folder.plans;
  return pacedBehavior(loadTime(server, { view: folder.view(), plan, load }));
}

export function thresholdNotes(server: VllmServer): readonly string[] {
  const running = maxRunning(server);
  return [
    `Requests in flight: three quarters of max-num-seqs, ${running ?? "256 where the manifest does not say"}.`,
    "KV cache: 0.8 of each engine's; queue: 5 for each engine, a net for what the other two miss.",
    "Pacing: two replicas for each cold start of the load estimate, one less every two minutes.",
  ];
}

export function written(plain: Plain, notes: readonly string[] = []): string {
  return notes.map((note) => `# ${note}\n`).join("") + formatBlock("", plain, 0);
}
