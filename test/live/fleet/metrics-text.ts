import type { Engine } from "./engine";
import { float, type Histogram } from "./histogram";

/** `/metrics` of an engine as vLLM's Python client prints it: HELP before TYPE, labels sorted, floats. */
export function metricsText(engine: Engine, extraLabels: Readonly<Record<string, string>> = {}): string {
  const { generation, model } = engine.options;
  const labels: Record<string, string> = { model_name: model, ...extraLabels };
  if (generation === "v1") labels.engine = "0";
  const out = new Writer(labels);
  out.plain("process_resident_memory_bytes", "gauge", 4_294_967_296 + engine.running.length * 1_000_000);
  out.gauge("vllm:num_requests_running", engine.running.length);
  out.gauge("vllm:num_requests_waiting", engine.waiting.length);
  (generation === "v1" ? newFamilies : oldFamilies)(out, engine);
  out.counter("vllm:num_preemptions", engine.preemptions, engine.startedAt);
  out.counter("vllm:prompt_tokens", engine.promptTokens, engine.startedAt);
  out.counter("vllm:generation_tokens", engine.generationTokens, engine.startedAt);
  out.reasons(engine);
  const { histograms } = engine;
  out.histogram("vllm:time_to_first_token_seconds", histograms.firstToken, engine.startedAt);
  out.histogram("vllm:e2e_request_latency_seconds", histograms.endToEnd, engine.startedAt);
  out.histogram("vllm:request_queue_time_seconds", histograms.queue, engine.startedAt);
  out.histogram("vllm:request_inference_time_seconds", histograms.inference, engine.startedAt);
  out.histogram("vllm:request_prompt_tokens", histograms.promptLength, engine.startedAt);
  out.histogram("vllm:request_generation_tokens", histograms.outputLength, engine.startedAt);
  out.histogram("vllm:iteration_tokens_total", histograms.perStep, engine.startedAt);
  return out.text();
}

function newFamilies(out: Writer, engine: Engine): void {
  out.gauge("vllm:kv_cache_usage_perc", engine.kvUsage);
  out.counter("vllm:prefix_cache_queries", engine.prefixQueries, engine.startedAt);
  out.counter("vllm:prefix_cache_hits", engine.prefixHits, engine.startedAt);
  out.histogram("vllm:inter_token_latency_seconds", engine.histograms.token, engine.startedAt);
  out.info(engine, { kv_cache_size_tokens: String(engine.blocks * engine.blockSize) });
}

function oldFamilies(out: Writer, engine: Engine): void {
  out.gauge("vllm:num_requests_swapped", 0);
  out.gauge("vllm:gpu_cache_usage_perc", engine.kvUsage);
  out.gauge("vllm:cpu_cache_usage_perc", 0);
  out.counter("vllm:gpu_prefix_cache_queries", engine.prefixQueries, engine.startedAt);
  out.counter("vllm:gpu_prefix_cache_hits", engine.prefixHits, engine.startedAt);
  out.histogram("vllm:time_per_output_token_seconds", engine.histograms.token, engine.startedAt);
  out.info(engine, {});
}

class Writer {
  private readonly lines: string[] = [];

  constructor(private readonly labels: Readonly<Record<string, string>>) {}

  text(): string {
    return this.lines.join("\n") + "\n";
  }

  private family(name: string, type: string): void {
    this.lines.push(`# HELP ${name} Simulated.`, `# TYPE ${name} ${type}`);
  }

  private sample(name: string, value: number, more: Readonly<Record<string, string>> = {}): void {
    this.lines.push(`${name}${labelText({ ...this.labels, ...more })} ${float(value)}`);
  }

  plain(name: string, type: string, value: number): void {
    this.family(name, type);
    this.lines.push(`${name} ${float(value)}`);
  }

  gauge(name: string, value: number): void {
    this.family(name, "gauge");
    this.sample(name, value);
  }

  counter(name: string, value: number, created: number): void {
    this.family(`${name}_total`, "counter");
    this.sample(`${name}_total`, value);
    this.created(name, created);
  }

  private created(name: string, created: number): void {
    this.family(`${name}_created`, "gauge");
    this.sample(`${name}_created`, created);
  }

  reasons({ finished }: Engine): void {
    this.family("vllm:request_success_total", "counter");
    for (const [reason, count] of Object.entries(finished))
      this.sample("vllm:request_success_total", count, { finished_reason: reason });
  }

  histogram(name: string, histogram: Histogram, created: number): void {
    this.family(name, "histogram");
    for (const [le, count] of histogram.buckets()) this.sample(`${name}_bucket`, count, { le });
    this.sample(`${name}_count`, histogram.count);
    this.sample(`${name}_sum`, histogram.sum);
    this.created(name, created);
  }

  info({ blocks, blockSize }: Engine, more: Readonly<Record<string, string>>): void {
    this.family("vllm:cache_config_info", "gauge");
    const config = { block_size: String(blockSize), cache_dtype: "auto", gpu_memory_utilization: "0.9" };
    const engineLabel = this.labels.engine === undefined ? {} : { engine: this.labels.engine };
    const labels = { ...engineLabel, ...config, num_gpu_blocks: String(blocks), ...more };
    this.lines.push(`vllm:cache_config_info${labelText(labels)} 1.0`);
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const escaped = (text: string): string =>
    text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}
