import type { Capacity } from "./capacity";
import { Engine, type Request } from "./engine";
import type { Scrape } from "./query";
import type { Random } from "./random";

/** What an engine's counters say of requests. */
interface Counters {
  finished: number;
  latency: number;
  firstTokenSeconds: number;
}

/** One replica: its engines, and what its `/metrics` shows. Times in seconds. */
export class Pod {
  readonly engines: readonly Engine[];
  private readonly counters: readonly Counters[];
  /** Set while it drains: no new requests, and an end to those it has. */
  endsAt: number | undefined;

  constructor(
    readonly name: string,
    readonly created: number,
    readonly readyAt: number,
    capacity: Capacity,
  ) {
    this.counters = Array.from({ length: capacity.engines }, () => ({
      finished: 0,
      latency: 0,
      firstTokenSeconds: 0,
    }));
    this.engines = this.counters.map((own) => new Engine(capacity, readyAt, (request) => note(own, request)));
  }

  isReady(now: number): boolean {
    return now >= this.readyAt && this.endsAt === undefined;
  }

  /** To the engine with the least to do, as vLLM's own balancing of data-parallel ranks does. */
  submit(request: Request, now: number, random: Random): void {
    this.advance(now);
    let best = this.engines[random.below(this.engines.length)];
    for (const engine of this.engines) if (best === undefined || engine.held < best.held) best = engine;
    best?.submit(request, now);
  }

  advance(to: number): void {
    for (const engine of this.engines) engine.advance(to);
  }

  sum(read: (engine: Engine) => number): number {
    return this.engines.reduce((total, engine) => total + read(engine), 0);
  }

  /** What a scrape finds: each engine has series of its own. */
  scrape(at: number): readonly Scrape[] {
    return this.engines.map((engine, i) => {
      const { finished, latency, firstTokenSeconds } = this.counters[i] ?? NOTHING;
      const values = {
        num_requests_running: engine.running,
        num_requests_waiting: engine.waiting,
        kv_cache_usage_perc: engine.cacheUse,
        num_preemptions_total: engine.preemptions,
        prompt_tokens_total: engine.promptTokens,
        generation_tokens_total: engine.generatedTokens,
        request_success_total: finished,
        time_to_first_token_seconds_sum: firstTokenSeconds,
        time_to_first_token_seconds_count: finished,
        e2e_request_latency_seconds_sum: latency,
        e2e_request_latency_seconds_count: finished,
        busy_seconds: engine.busySeconds,
        ...(i === 0 && { up: 1 }),
      };
      return { at, pod: this.name, engine: i, values };
    });
  }
}

const NOTHING: Counters = { finished: 0, latency: 0, firstTokenSeconds: 0 };

function note(own: Counters, { arrived, firstToken = arrived, finished = arrived }: Request): void {
  own.finished++;
  own.latency += finished - arrived;
  own.firstTokenSeconds += firstToken - arrived;
}
