import type { VllmServer } from "../vllm/model";
import { isAtLeast } from "../vllm/version";
import { isRecord } from "../base/record";
import { GIB, type Ingredient } from "./quantity";
import { originText } from "./server-settings";

/** Host memory that a server sets aside for weights and KV blocks beside the GPUs' own, in GiB for one pod. */
export interface HostOffload {
  readonly gib: number;
  readonly high: number;
  readonly inputs: readonly Ingredient[];
}

/**
 * - `--cpu-offload-gb` for every GPU, pinned;
 * - `--kv-offloading-size` over all ranks;
 * - `cpu_bytes_to_use` of the OffloadingConnector over all ranks, or its `num_cpu_blocks`, whose size the plan does not know;
 * - LMCache: `LMCACHE_MAX_LOCAL_CPU_SIZE` (or `max_local_cpu_size`), 5 GB by default, for every rank;
 * - `--swap-space` for every GPU before V1, 4 GiB by default.
 *
 * Sources: vllm/config/cache.py, vllm/v1/kv_offload, vllm/distributed/kv_transfer of vLLM; LMCache's configuration reference.
 * Undefined when one is set that cannot be seen.
 */
export function hostOffload(server: VllmServer, ranks: number | undefined): HostOffload | undefined {
  if (ranks === undefined) return undefined;
  const parts = [
    given(server, "--cpu-offload-gb", "CPU offload", ranks),
    given(server, "--kv-offloading-size", "KV offloading", 1),
    connector(server, ranks),
    swap(server, ranks),
  ];
  if (parts.includes(undefined)) return undefined;
  const known = parts.filter((part) => part !== undefined);
  const gib = known.reduce((sum, part) => sum + part.gib, 0);
  return {
    gib,
    high: gib * 1.05,
    inputs: known.flatMap(({ gib: own, name, origin }) => {
      return own > 0 ? [{ name, value: `${own.toFixed(1)} GiB`, origin }] : [];
    }),
  };
}

interface Part {
  readonly gib: number;
  readonly name: string;
  readonly origin: string;
}

const NONE: Part = { gib: 0, name: "", origin: "" };

function given(server: VllmServer, flag: string, name: string, times: number): Part | undefined {
  if (!server.engine.settings.has(flag)) return NONE;
  const value = server.engine.number(flag);
  return value.known && value.value >= 0 && value.value < 1e6
    ? { gib: value.value * times, name, origin: originText(value.origin) }
    : undefined;
}

/** The scheduler of V0 swapped what it took back; V1 computes it again. */
function swap(server: VllmServer, ranks: number): Part | undefined {
  if (isAtLeast(server.version.version, "0.8")) return NONE;
  if (!server.engine.settings.has("--swap-space"))
    return { gib: 4 * ranks, name: "swap space", origin: "default" };
  return given(server, "--swap-space", "swap space", ranks);
}

function connector(server: VllmServer, ranks: number): Part | undefined {
  if (!server.engine.settings.has("--kv-transfer-config")) return NONE;
  const config = server.engine.json("--kv-transfer-config");
  if (!config.known || !isRecord(config.value)) return undefined;
  const parts = connectors(config.value).map((each) => ofConnector(server, each, ranks));
  if (parts.includes(undefined)) return undefined;
  const gib = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return { gib, name: "KV connector", origin: originText(config.origin) };
}

/** A MultiConnector holds others. */
function connectors(config: Record<string, unknown>): readonly Record<string, unknown>[] {
  const extra = extraOf(config);
  const inner = extra["connectors"];
  return Array.isArray(inner) ? inner.filter(isRecord).slice(0, 8) : [config];
}

function extraOf(config: Record<string, unknown>): Record<string, unknown> {
  const extra = config["kv_connector_extra_config"];
  return isRecord(extra) ? extra : {};
}

function ofConnector(server: VllmServer, config: Record<string, unknown>, ranks: number): number | undefined {
  const name = typeof config["kv_connector"] === "string" ? config["kv_connector"] : "";
  const extra = extraOf(config);
  if (/^OffloadingConnector/.test(name)) {
    const bytes = extra["cpu_bytes_to_use"];
    if (typeof bytes === "number" && bytes >= 0 && bytes < 1e15) return bytes / GIB;
    return extra["num_cpu_blocks"] === undefined && extra["cpu_bytes_to_use"] === undefined ? 0 : undefined;
  }
  return /^LMCache/.test(name) ? lmcache(server, extra, ranks) : 0;
}

function lmcache(server: VllmServer, extra: Record<string, unknown>, ranks: number): number | undefined {
  const { environment } = server.engine;
  if (environment.has("LMCACHE_CONFIG_FILE")) return undefined;
  const off = environment.get("LMCACHE_LOCAL_CPU");
  if (off && off.value === undefined) return undefined;
  if (/^(false|0)$/i.test(off?.value?.trim() ?? "")) return 0;
  const written = environment.get("LMCACHE_MAX_LOCAL_CPU_SIZE");
  if (written && written.value === undefined) return undefined;
  const given = written?.value ?? extra["lmcache.max_local_cpu_size"] ?? "5";
  const gigabytes = Number(given);
  return gigabytes >= 0 && gigabytes < 1e6 ? gigabytes * ranks : undefined;
}
