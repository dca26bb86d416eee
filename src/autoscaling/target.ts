import type { Scaler } from "../kubernetes/model";
import type { VllmServer } from "../vllm/model";

/** The vLLM servers among the ones given that a scaler adds and removes. Empty when its target is not one of them or unknown. */
export function targetServers(scaler: Scaler, servers: readonly VllmServer[]): readonly VllmServer[] {
  const { target, object } = scaler;
  if (scaler.form !== "object") return servers.filter((server) => isHolder(scaler, server));
  if (!target) return [];
  return servers.filter(
    ({ object: workload }) =>
      workload.name === target.name &&
      workload.kind === target.kind &&
      (target.group === undefined || target.group === workload.group) &&
      workload.namespace === object.namespace,
  );
}

/** A scaler without an object of its own stands inside of what it scales. */
function isHolder({ form, object, spec }: Scaler, server: VllmServer): boolean {
  return form === "production-stack"
    ? server.anchor.doc === spec?.doc && server.name === object.name
    : server.object === object;
}

/** The name under which a server's metrics carry its model: the first `--served-model-name`, else the model itself. */
export function modelLabel(server: VllmServer): string | undefined {
  const served = server.engine.settings.get("--served-model-name");
  if (served) return served.text?.trim().split(/\s+/)[0] || undefined;
  if (server.servedName !== undefined) return server.servedName;
  return server.engine.open || !server.engine.model.known ? undefined : server.engine.model.value;
}

/** Requests that one engine runs at once, as given or as the version's default; undefined when not known. */
export function maxRunning(server: VllmServer): number | undefined {
  const limit = server.engine.integer("--max-num-seqs");
  return limit.known && limit.value > 0 ? limit.value : undefined;
}
