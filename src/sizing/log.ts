/** What vLLM printed while it started; undefined where the log does not say. GiB is 2^30 bytes, of the fullest rank. */
export interface StartLog {
  readonly version: string | undefined;
  readonly model: string | undefined;
  readonly tensorParallel: number | undefined;
  readonly weightsGib: number | undefined;
  readonly activationGib: number | undefined;
  readonly nonTorchGib: number | undefined;
  readonly graphsGib: number | undefined;
  readonly kvCacheGib: number | undefined;
  readonly blocks: number | undefined;
  readonly tokens: number | undefined;
  readonly maxConcurrency: number | undefined;
  /** Tokens of the requests that the concurrency is for. */
  readonly requestTokens: number | undefined;
  /** Sentences with which vLLM gave up, without prefixes. */
  readonly failures: readonly string[];
}

/** More than any start-up prints; a log of days is mostly requests. */
const MOST_CHARACTERS = 4_000_000;
const LONGEST_LINE = 4000;
const MOST_FAILURES = 5;

type Field = Exclude<keyof StartLog, "version" | "model" | "failures">;

interface Pattern {
  readonly text: RegExp;
  /** The fields of the groups, in order. */
  readonly fields: readonly Field[];
}

const GIB = String.raw`(\d[\d.]*) ?Gi?B`;

/**
 * The lines that say numbers, by their text alone: prefixes of processes, ranks, time and place differ. vLLM prints "GB" for 2^30 bytes up to
 * 0.8.2. Source: logger calls in vllm/v1/worker, vllm/worker, vllm/v1/core/kv_cache_utils.py and vllm/executor of 0.6.6 to 0.28.
 */
const PATTERNS: readonly Pattern[] = [
  { text: new RegExp(`Model loading took ${GIB}`), fields: ["weightsGib"] },
  { text: new RegExp(`Loading model weights took ${GIB}`), fields: ["weightsGib"] },
  { text: new RegExp(`model weights take ${GIB}`), fields: ["weightsGib"] },
  { text: new RegExp(`non_torch_memory takes ${GIB}`), fields: ["nonTorchGib"] },
  { text: new RegExp(`PyTorch activation peak memory takes ${GIB}`), fields: ["activationGib"] },
  { text: new RegExp(`memory reserved for KV Cache is ${GIB}`), fields: ["kvCacheGib"] },
  { text: new RegExp(`kv_cache_size=${GIB}`), fields: ["kvCacheGib"] },
  { text: new RegExp(`Available KV cache memory: ${GIB}`), fields: ["kvCacheGib"] },
  { text: new RegExp(`${GIB} for peak activation`), fields: ["activationGib"] },
  { text: new RegExp(`${GIB} for non-torch memory`), fields: ["nonTorchGib"] },
  { text: new RegExp(`Graph capturing finished in \\d[\\d.]* secs?, took ${GIB}`), fields: ["graphsGib"] },
  { text: /# \w+ blocks: (\d+)/, fields: ["blocks"] },
  { text: /\w+ KV cache size: ([\d,]+) tokens/, fields: ["tokens"] },
  {
    text: /Maximum concurrency for ([\d,]+) tokens per request: (\d[\d.]*)x/,
    fields: ["requestTokens", "maxConcurrency"],
  },
  { text: /\btensor_parallel_size=(\d+)/, fields: ["tensorParallel"] },
];

/** The rank with the least room decides for all: the largest of what is taken, the smallest of what is left. */
const SMALLEST: ReadonlySet<Field> = new Set(["kvCacheGib", "blocks", "tokens", "maxConcurrency"]);

const VERSIONS = [/vLLM (?:API )?server version v?(\d+\.\d+[\w.+]*)/, /LLM engine \(v(\d+\.\d+[\w.+]*)\)/];

const MODELS = [/with config: model='([^']{1,300})'/, /with config: model="([^"]{1,300})"/];

const FAILURES = [
  /No available memory for the cache blocks.*/,
  /To serve at least one request with the model.*/,
  /The model's max seq len \(\d+\) is larger than.*/,
  /Free memory on device .*is less than desired GPU memory utilization.*/,
  /(?:CUDA|HIP) out of memory.*/,
];

/** Reads a start-up log of any version, in time linear in its length whatever its bytes are. */
export function readLog(text: string): StartLog {
  const numbers: Partial<Record<Field, number>> = {};
  const failures = new Set<string>();
  let version: string | undefined;
  let model: string | undefined;
  for (const raw of text.slice(0, MOST_CHARACTERS).split(/[\r\n]+/)) {
    const line = withoutColours(raw.slice(0, LONGEST_LINE));
    for (const { text: pattern, fields } of PATTERNS) take(numbers, fields, pattern.exec(line));
    version ??= firstOf(VERSIONS, line);
    model ??= firstOf(MODELS, line);
    const failure = FAILURES.map((pattern) => pattern.exec(line)?.[0]).find((found) => found !== undefined);
    if (failure !== undefined && failures.size < MOST_FAILURES) failures.add(failure.slice(0, 500));
  }
  const of = (field: Field): number | undefined => numbers[field];
  return {
    version: version?.replace(/\+.*$/, ""),
    model,
    tensorParallel: of("tensorParallel"),
    weightsGib: of("weightsGib"),
    activationGib: of("activationGib"),
    nonTorchGib: of("nonTorchGib"),
    graphsGib: of("graphsGib"),
    kvCacheGib: of("kvCacheGib"),
    blocks: of("blocks"),
    tokens: of("tokens"),
    maxConcurrency: of("maxConcurrency"),
    requestTokens: of("requestTokens"),
    failures: [...failures],
  };
}

function take(
  numbers: Partial<Record<Field, number>>,
  fields: readonly Field[],
  match: RegExpExecArray | null,
): void {
  if (!match) return;
  for (const [i, field] of fields.entries()) {
    const value = Number(match[i + 1]?.replaceAll(",", "").replace(/\.$/, ""));
    if (!Number.isFinite(value)) continue;
    const before = numbers[field] ?? value;
    numbers[field] = SMALLEST.has(field) ? Math.min(before, value) : Math.max(before, value);
  }
}

function firstOf(patterns: readonly RegExp[], line: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

function withoutColours(line: string): string {
  return line.includes("[") ? line.replace(new RegExp(String.raw`\u001b\[[\d;]*m`, "g"), "") : line;
}
