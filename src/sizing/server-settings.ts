import type { Origin, Resolved, VllmServer } from "../vllm/model";
import { isAtLeast } from "../vllm/version";
import type { ModelShape } from "./model-shape";
import type { PlanInput, SettingName } from "./plan-types";

type Settings = Omit<PlanInput, "model" | "gpu" | "version">;

export interface ServerSettings {
  readonly settings: Settings;
  readonly origins: Partial<Record<SettingName, string>>;
  readonly unknown: readonly SettingName[];
}

/** Reads the engine settings that matter for memory, each with its origin; a value that cannot be seen is listed as unknown. */
export function serverSettings(
  server: VllmServer,
  shapeOf: (id: string) => ModelShape | undefined,
): ServerSettings {
  const read = new SettingsReader(server);
  const settings: Settings = {
    ...parallelism(read, server),
    ...lengths(read),
    ...cacheSettings(read),
    lora: lora(read),
    speculative: speculative(read, shapeOf),
    textOnly: textOnly(read),
    withoutTowers: withoutTowers(read),
    throughputMode: read.text("maxNumSeqs", "--performance-mode") === "throughput" ? true : undefined,
    ...environmentToggles(server),
  };
  return { settings, origins: read.origins, unknown: [...read.unknown] };
}

function parallelism(read: SettingsReader, server: VllmServer): Partial<Settings> {
  return {
    tensorParallel: read.integer("tensorParallel", "--tensor-parallel-size"),
    pipelineParallel: read.integer("pipelineParallel", "--pipeline-parallel-size"),
    dataParallel: read.integer("dataParallel", "--data-parallel-size"),
    expertParallel: read.enabled("expertParallel", "--enable-expert-parallel"),
    decodeContextParallel: read.integer("decodeContextParallel", "--decode-context-parallel-size"),
    prefillContextParallel: read.integer("prefillContextParallel", "--prefill-context-parallel-size"),
    enforceEager: eager(read, server),
    asyncScheduling: read.enabled("asyncScheduling", "--async-scheduling"),
  };
}

function eager(read: SettingsReader, server: VllmServer): boolean | undefined {
  const forced = read.enabled("enforceEager", "--enforce-eager");
  const level = server.engine.absent("--optimization-level")
    ? undefined
    : server.engine.integer("--optimization-level");
  return forced === true || (level?.known === true && level.value === 0) ? true : forced;
}

function lengths(read: SettingsReader): Partial<Settings> {
  return {
    maxModelLen: modelLength(read),
    maxNumSeqs: read.integer("maxNumSeqs", "--max-num-seqs"),
    maxNumBatchedTokens: read.integer("maxNumBatchedTokens", "--max-num-batched-tokens"),
    gpuMemoryUtilization: read.number("gpuMemoryUtilization", "--gpu-memory-utilization"),
    chunkedPrefill: read.enabled("chunkedPrefill", "--enable-chunked-prefill"),
  };
}

function modelLength(read: SettingsReader): number | "auto" | undefined {
  const written = read.engine.absent("--max-model-len") ? undefined : read.engine.text("--max-model-len");
  if (written?.known && /^(auto|-1)$/i.test(written.value.trim())) {
    read.origins.maxModelLen = originText(written.origin);
    return "auto";
  }
  return read.integer("maxModelLen", "--max-model-len");
}

function cacheSettings(read: SettingsReader): Partial<Settings> {
  const mode = read.text("mambaCacheMode", "--mamba-cache-mode");
  return {
    kvCacheDtype: read.text("kvCacheDtype", "--kv-cache-dtype"),
    dtype: read.text("dtype", "--dtype"),
    quantization: read.text("quantization", "--quantization"),
    blockSize: read.integer("blockSize", "--block-size"),
    kvCacheMemoryBytes: read.integer("kvCacheMemoryBytes", "--kv-cache-memory-bytes"),
    numGpuBlocksOverride: read.integer("numGpuBlocksOverride", "--num-gpu-blocks-override"),
    cpuOffloadGb: read.number("cpuOffloadGb", "--cpu-offload-gb"),
    disableHybridManager: read.enabled("disableHybridManager", "--disable-hybrid-kv-cache-manager"),
    enablePrefixCaching: read.enabled("enablePrefixCaching", "--enable-prefix-caching"),
    stateDtype: read.text("stateDtype", "--mamba-ssm-cache-dtype"),
    mambaCacheMode: mode === "align" || mode === "all" ? mode : undefined,
  };
}

function lora(read: SettingsReader): Settings["lora"] {
  if (read.enabled("lora", "--enable-lora") !== true) return undefined;
  const slots = read.integer("lora", "--max-loras") ?? 1;
  const rank = read.integer("lora", "--max-lora-rank") ?? 16;
  return { slots, rank };
}

function speculative(
  read: SettingsReader,
  shapeOf: (id: string) => ModelShape | undefined,
): Settings["speculative"] {
  const config = read.json("speculative", "--speculative-config");
  if (typeof config !== "object" || config === null) return undefined;
  const { method, num_speculative_tokens: tokens, model } = config as Record<string, unknown>;
  const draft = typeof model === "string" ? shapeOf(model) : undefined;
  const name = typeof method === "string" ? method : typeof model === "string" ? "draft_model" : "ngram";
  if (typeof model === "string" && draft === undefined) read.unknown.add("speculative");
  return {
    method: name,
    tokens: typeof tokens === "number" && tokens >= 0 && tokens < 1000 ? Math.floor(tokens) : 1,
    draft,
  };
}

function textOnly(read: SettingsReader): boolean | undefined {
  for (const flag of ["--language-model-only", "--skip-mm-profiling"]) {
    if (read.enabled("textOnly", flag) === true) return true;
  }
  const limits = read.json("textOnly", "--limit-mm-per-prompt");
  if (typeof limits !== "object" || limits === null) return undefined;
  const values = Object.values(limits);
  return values.length > 0 && values.every((value) => value === 0) ? true : undefined;
}

function withoutTowers(read: SettingsReader): boolean | undefined {
  if (read.enabled("textOnly", "--language-model-only") === true) return true;
  const limits = read.json("textOnly", "--limit-mm-per-prompt");
  if (typeof limits !== "object" || limits === null) return undefined;
  const { image, video } = limits as Record<string, unknown>;
  return image === 0 && video === 0 && textOnly(read) === true ? true : undefined;
}

function environmentToggles(server: VllmServer): Partial<Settings> {
  const flag = (name: string): boolean | undefined => {
    const value = server.engine.environment.get(name)?.value;
    return value === undefined ? undefined : /^(1|true)$/i.test(value.trim());
  };
  const v2 = flag("VLLM_USE_V2_MODEL_RUNNER");
  return {
    estimateCudaGraphs: flag("VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS"),
    runner: v2 === undefined ? undefined : v2 ? "v2" : "v1",
    flashInferSampler: flag("VLLM_USE_FLASHINFER_SAMPLER") ?? bundledFlashInfer(server),
  };
}

/** The project's own image carries FlashInfer, whose sampler ran by default from 0.8 to 0.11.0. */
function bundledFlashInfer(server: VllmServer): boolean | undefined {
  const { version } = server.version;
  const official = server.image?.repository.replace(/^docker\.io\//, "") === "vllm/vllm-openai";
  return official && isAtLeast(version, "0.8") && !isAtLeast(version, "0.11.1") ? true : undefined;
}

class SettingsReader {
  readonly origins: Partial<Record<SettingName, string>> = {};
  readonly unknown = new Set<SettingName>();

  constructor(private readonly server: VllmServer) {}

  get engine(): VllmServer["engine"] {
    return this.server.engine;
  }

  integer(name: SettingName, flag: string): number | undefined {
    return this.take(name, flag, () => this.engine.integer(flag));
  }

  number(name: SettingName, flag: string): number | undefined {
    return this.take(name, flag, () => this.engine.number(flag));
  }

  text(name: SettingName, flag: string): string | undefined {
    return this.take(name, flag, () => this.engine.text(flag));
  }

  enabled(name: SettingName, flag: string): boolean | undefined {
    return this.take(name, flag, () => this.engine.enabled(flag));
  }

  json(name: SettingName, flag: string): unknown {
    return this.take(name, flag, () => this.engine.json(flag));
  }

  /** Undefined when the flag is certainly absent: the plan then takes the version's default. */
  private take<T>(name: SettingName, flag: string, get: () => Resolved<T>): T | undefined {
    if (this.engine.absent(flag)) return undefined;
    const value = get();
    if (!value.known) {
      this.unknown.add(name);
      return undefined;
    }
    this.origins[name] = originText(value.origin);
    return value.value;
  }
}

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "flag":
      return "flag";
    case "environment":
      return `environment ${origin.name}`;
    case "config-file":
      return `config file ${origin.name}`;
    case "values":
      return `values ${origin.path}`;
    case "default":
      return `default of ${origin.version.replace(/\.\d+$/, "")}`;
  }
}
