import { asScaler } from "../../autoscaling/scaler";
import type { KubeObject } from "../../kubernetes/model";
import { NEWEST, type VersionClaim } from "../../vllm/version";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";
import { scaledServers } from "../scaled";

/** A vLLM version that answers a query, and the server it was read from; none when nothing in view runs vLLM. */
export interface ReadVersion extends VersionClaim {
  readonly server: VllmServer | undefined;
}

/**
 * The versions whose metrics a query reads: of the workload it scales when that is in view, else of all servers in view, else the
 * newest.
 */
export function versionsFor(object: KubeObject, view: View): readonly ReadVersion[] {
  const scaler = asScaler(object);
  const scaled = scaler ? scaledServers(scaler, view) : [];
  const servers = scaled.length > 0 ? scaled : view.servers();
  if (servers.length === 0) return [{ version: NEWEST, origin: "newest", server: undefined }];
  return servers.map((server) => ({ ...server.version, server }));
}

/** Servers that were asked to show the metrics their version hides. */
export function showsHidden(server: VllmServer | undefined): boolean {
  return server?.engine.settings.has("--show-hidden-metrics-for-version") === true;
}
