import type { PodTemplate, Scaler } from "../kubernetes/model";
import { spotPoolOf } from "../kubernetes/spot";
import type { VllmServer } from "../vllm/model";
import type { View } from "./context";

/** The autoscalers in view that name the server's workload. */
export function scalersOf(server: VllmServer, view: View): readonly Scaler[] {
  const { object } = server;
  return view.select((all) =>
    all
      .scalers()
      .filter(
        ({ target, object: scaler }) =>
          target !== undefined &&
          target.name === object.name &&
          target.kind === object.kind &&
          (target.group === undefined || target.group === object.group) &&
          scaler.namespace === object.namespace,
      ),
  );
}

/** Copies of the pod that may run at once, as far as the manifests in view say. */
export function mostReplicas(server: VllmServer, view: View): number {
  const limits = scalersOf(server, view).map(
    (scaler) => scaler.maxReplicas ?? (scaler.type === "keda" ? 100 : 1),
  );
  return Math.max(server.pod?.replicas ?? 1, ...limits);
}

/** True when the pod may only run on nodes that the cloud takes back at will. */
export function isOnSpot(pod: PodTemplate): boolean {
  return spotPoolOf(pod) !== undefined;
}
