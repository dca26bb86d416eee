import { targetServers } from "../autoscaling/target";
import type { KubeObject, PodTemplate, Scaler } from "../kubernetes/model";
import { spotPoolOf } from "../kubernetes/spot";
import type { VllmServer } from "../vllm/model";
import type { SourceDocument } from "../yaml/document";
import type { Index, View } from "./context";

/** The autoscalers in view that name the server's workload. */
export function scalersOf(server: VllmServer, view: View): readonly Scaler[] {
  const named = view.lookup(SCALERS_BY_TARGET, server.object.name);
  const beside = view.lookup(EMBEDDED_SCALERS, server.object.doc);
  return [...named, ...beside].filter((scaler) => targetServers(scaler, [server]).length > 0);
}

/** The servers in view that an autoscaler scales. */
export function scaledServers(scaler: Scaler, view: View): readonly VllmServer[] {
  return targetServers(
    scaler,
    scaler.form === "object"
      ? view.lookup(SERVERS_BY_NAME, scaler.target?.name)
      : view.lookup(SERVERS_BY_DOC, scaler.object.doc),
  );
}

/** The servers in view that one object starts. */
export function serversOfObject(object: KubeObject, view: View): readonly VllmServer[] {
  return view.lookup(SERVERS_BY_OBJECT, object);
}

const SCALERS_BY_TARGET: Index<Scaler, string | undefined> = {
  items: (all) => all.scalers().filter(({ form }) => form === "object"),
  keyOf: ({ target }) => target?.name,
};

/** Those that stand in what they scale, by document. */
const EMBEDDED_SCALERS: Index<Scaler, SourceDocument> = {
  items: (all) => all.scalers().filter(({ form }) => form !== "object"),
  keyOf: ({ object }) => object.doc,
};

const SERVERS_BY_DOC: Index<VllmServer, SourceDocument> = {
  items: (all) => all.servers(),
  keyOf: ({ object }) => object.doc,
};

const SERVERS_BY_NAME: Index<VllmServer, string | undefined> = {
  items: (all) => all.servers(),
  keyOf: ({ object }) => object.name,
};

const SERVERS_BY_OBJECT: Index<VllmServer, KubeObject> = {
  items: (all) => all.servers(),
  keyOf: ({ object }) => object,
};

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
