import { keyOf, REPLICAS, type Board } from "../../../../live/board";
import type { Workload } from "../../../../live/scope";
import { failureFrom } from "../access/failures";
import type { ClusterReader, PodInfo, ReplicaCounts } from "./cluster-reader";

/** Objects of the cluster are read less often than its metrics. */
const EVERY_MS = 10_000;

/** The workload's pods and counts as they were read last. */
export class WorkloadObjects {
  pods: readonly PodInfo[] = [];
  replicas: ReplicaCounts | undefined;
  /** Why the counts are not known while the pods are. */
  problem: string | undefined;
  private readAt = -Infinity;

  async refresh(
    reader: ClusterReader,
    workload: Workload,
    labels: Readonly<Record<string, string>>,
    { at, signal }: { readonly at: number; readonly signal: AbortSignal },
  ): Promise<void> {
    if (at >= this.readAt && at - this.readAt < EVERY_MS) return;
    const [pods, replicas] = await Promise.all([
      reader.pods(workload.namespace, labels, signal),
      // A missing workload is no reason to show nothing of its pods.
      reader.replicas(workload, signal).catch((error: unknown) => {
        this.problem = failureFrom(error).message;
        return undefined;
      }),
    ]);
    this.pods = pods;
    if (replicas) this.problem = undefined;
    this.replicas = replicas;
    this.readAt = at;
  }

  put(board: Board, at: number): void {
    const { wanted, ready } = this.replicas ?? {};
    if (wanted !== undefined) board.add(keyOf(REPLICAS.id, "wanted"), at, new Map([["", wanted]]));
    if (ready !== undefined) board.add(keyOf(REPLICAS.id, "ready"), at, new Map([["", ready]]));
  }
}
