import { isAtLeast, type VllmVersion } from "../vllm/version";
import type { VllmServer } from "../vllm/model";
import type { MemoryPlan } from "./plan-types";
import { formatGib } from "./format";

export interface LoadPart {
  readonly name: string;
  readonly lowSeconds: number;
  readonly highSeconds: number;
  /** Where the two numbers come from. */
  readonly basis: string;
}

/** How long a server takes from container start to ready; undefined bounds when the model's size is not known. */
export interface LoadEstimate {
  readonly lowSeconds: number | undefined;
  readonly highSeconds: number | undefined;
  readonly parts: readonly LoadPart[];
}

export interface LoadInput {
  /** GiB of weight files. */
  readonly checkpointGib: { readonly low: number; readonly value: number; readonly high: number } | undefined;
  readonly layers: number | undefined;
  readonly tensorParallel: number;
  readonly eager: boolean;
  readonly version: VllmVersion;
  /** Weights come from the Hub on every cold start, or lie on a mounted path. */
  readonly from: "hub" | "path" | "object-store";
  /** Compiled code is kept on a volume. */
  readonly warmCompileCache?: boolean | undefined;
  /** GB a second, when known. */
  readonly readRate?: { readonly low: number; readonly high: number } | undefined;
  readonly downloadRate?: { readonly low: number; readonly high: number } | undefined;
}

/** GB a second: a busy link to a mature cluster's. */
const DOWNLOAD = { low: 0.1, high: 1 };
/** GB a second into the GPUs: a network disk against a local NVMe or the page cache. */
const READ = { low: 0.25, high: 3 };

/**
 * Time to ready: download + read + start + compile + profile + capture, each a range.
 *
 * bytes / rate for the first two; start of Python, libraries and communicators 15 to 45 s; compilation 0.2 to 1 s a layer cold, a
 * fraction with a kept cache, none in eager mode; graph capture 5 to 40 s. Rates and ranges from public start-up logs of 0.8 to 0.31
 * (15 GiB from a network volume in 31 s, compile of an 8B in 10 to 30 s, capture in 4 to 25 s).
 */
export function estimateLoad(input: LoadInput): LoadEstimate {
  const parts: LoadPart[] = [];
  const size = input.checkpointGib;
  if (size !== undefined && input.from !== "path")
    parts.push(transfer("download", size, input.downloadRate ?? DOWNLOAD));
  if (size !== undefined) parts.push(transfer("read weights", size, input.readRate ?? READ));
  const ranks = Math.max(1, input.tensorParallel);
  parts.push({
    name: "start",
    lowSeconds: 12 + (ranks > 1 ? 4 : 0),
    highSeconds: 45 + (ranks > 1 ? 20 : 0),
    basis: "Python, libraries, communicators",
  });
  const layers = input.layers ?? 40;
  if (!input.eager && isAtLeast(input.version, "0.8")) {
    const kept = input.warmCompileCache === true;
    parts.push({
      name: "compile",
      lowSeconds: Math.min(4, 0.1 * layers) + (kept ? 0 : 0.15 * layers),
      highSeconds: kept ? 5 + 0.3 * layers : 15 + 1.2 * layers,
      basis: kept ? "kept compile cache" : `${layers} layers, cold compile cache`,
    });
  }
  parts.push({ name: "profile", lowSeconds: 2, highSeconds: 20, basis: "profile run and cache allocation" });
  if (!input.eager)
    parts.push({
      name: "graph capture",
      lowSeconds: 3,
      highSeconds: 15 + 0.4 * layers,
      basis: "CUDA graphs",
    });
  if (size === undefined) return { lowSeconds: undefined, highSeconds: undefined, parts };
  return {
    lowSeconds: parts.reduce((sum, part) => sum + part.lowSeconds, 0),
    highSeconds: parts.reduce((sum, part) => sum + part.highSeconds, 0),
    parts,
  };
}

function transfer(
  name: string,
  size: { low: number; high: number },
  rate: { low: number; high: number },
): LoadPart {
  const gigabytes = (gib: number): number => (gib * 2 ** 30) / 1e9;
  return {
    name,
    lowSeconds: gigabytes(size.low) / rate.high,
    highSeconds: gigabytes(size.high) / rate.low,
    basis: `${formatGib(size.low)} to ${formatGib(size.high)} at ${rate.low} to ${rate.high} GB/s`,
  };
}

/** The load estimate of a server whose plan is known. */
export function estimateServerLoad(server: VllmServer, plan: MemoryPlan): LoadEstimate {
  const { engine } = server;
  const tensor = engine.integer("--tensor-parallel-size");
  const eager = engine.enabled("--enforce-eager");
  const format = engine.text("--load-format");
  const model = engine.model.known ? engine.model.value : undefined;
  return estimateLoad({
    checkpointGib: plan.checkpoint,
    layers: plan.model?.shape.layers,
    tensorParallel: tensor.known ? tensor.value : 1,
    eager: eager.known && eager.value,
    version: plan.version,
    from: sourceOf(model, format.known ? format.value : undefined),
  });
}

function sourceOf(model: string | undefined, format: string | undefined): LoadInput["from"] {
  if (model !== undefined && /^(s3|gs|az|oci|pvc):\/\//.test(model)) return "object-store";
  if (format !== undefined && /runai|tensorizer/.test(format)) return "object-store";
  if (model === undefined) return "hub";
  return /^[./~]/.test(model) ? "path" : "hub";
}
