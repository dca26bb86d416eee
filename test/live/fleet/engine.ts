import { FIRST_TOKEN, Histogram, LENGTH, REQUEST, TOKEN } from "./histogram";
import { Random } from "./random";

export interface EngineOptions {
  /** Names and labels of the last V0 release, or of V1. */
  readonly generation: "v0" | "v1";
  readonly model: string;
  readonly seed: number;
  readonly blocks?: number;
  readonly blockSize?: number;
  readonly maxNumSeqs?: number;
  readonly meanPrompt?: number;
  readonly meanOutput?: number;
}

interface Request {
  readonly arrived: number;
  readonly prompt: number;
  readonly output: number;
  generated: number;
  blocks: number;
  admitted: number | undefined;
  firstToken: number | undefined;
}

/** How fast the simulated card is. */
const STEP_SECONDS = 0.012;
const STEP_SECONDS_PER_REQUEST = 0.0003;
const PREFILL_TOKENS_PER_SECOND = 12_000;
const PREFIX_SHARE = 0.35;

/**
 * A vLLM engine as a small discrete simulation: Poisson arrivals, admission by max-num-seqs and free KV blocks, blocks that
 * grow while decoding, preemption of the youngest when they run out. Time is handed in, so that hours take seconds.
 */
export class Engine {
  readonly blocks: number;
  readonly blockSize: number;
  readonly maxNumSeqs: number;
  /** Requests a second that arrive. */
  load = 0;
  private now: number;
  private nextArrival = Infinity;
  private readonly random: Random;
  waiting: Request[] = [];
  running: Request[] = [];
  freeBlocks: number;
  preemptions = 0;
  promptTokens = 0;
  generationTokens = 0;
  prefixQueries = 0;
  prefixHits = 0;
  readonly finished = { stop: 0, length: 0, abort: 0 };
  readonly histograms = {
    firstToken: new Histogram(FIRST_TOKEN),
    token: new Histogram(TOKEN),
    endToEnd: new Histogram(REQUEST),
    queue: new Histogram(REQUEST),
    inference: new Histogram(REQUEST),
    promptLength: new Histogram(LENGTH),
    outputLength: new Histogram(LENGTH),
    perStep: new Histogram(LENGTH),
  };

  constructor(
    readonly options: EngineOptions,
    readonly startedAt: number,
  ) {
    this.blocks = options.blocks ?? 2048;
    this.blockSize = options.blockSize ?? 16;
    this.maxNumSeqs = options.maxNumSeqs ?? 64;
    this.freeBlocks = this.blocks;
    this.random = new Random(options.seed);
    this.now = startedAt;
  }

  get kvUsage(): number {
    return (this.blocks - this.freeBlocks) / this.blocks;
  }

  /** Runs until a time in seconds. */
  advance(until: number): void {
    while (this.now < until) {
      if (this.running.length === 0 && this.waiting.length === 0) {
        this.scheduleArrival();
        if (this.nextArrival >= until) {
          this.now = until;
          return;
        }
        this.now = Math.max(this.now, this.nextArrival);
      }
      this.receive();
      this.now += this.step();
    }
  }

  private scheduleArrival(): void {
    if (this.load <= 0) this.nextArrival = Infinity;
    else if (this.nextArrival === Infinity)
      this.nextArrival = this.now + this.random.exponential(1 / this.load);
  }

  private receive(): void {
    this.scheduleArrival();
    while (this.nextArrival <= this.now) {
      const { meanPrompt = 400, meanOutput = 180 } = this.options;
      this.waiting.push({
        arrived: this.nextArrival,
        prompt: 1 + Math.floor(Math.min(this.random.exponential(meanPrompt), this.tokens / 3)),
        output: 1 + Math.floor(Math.min(this.random.exponential(meanOutput), this.tokens / 3)),
        generated: 0,
        blocks: 0,
        admitted: undefined,
        firstToken: undefined,
      });
      this.nextArrival += this.random.exponential(1 / Math.max(this.load, 1e-6));
      if (this.load <= 0) this.nextArrival = Infinity;
    }
  }

  private get tokens(): number {
    return this.blocks * this.blockSize;
  }

  /** One forward pass; returns the seconds it takes. */
  private step(): number {
    const prefilled = this.admit();
    const duration =
      STEP_SECONDS + this.running.length * STEP_SECONDS_PER_REQUEST + prefilled / PREFILL_TOKENS_PER_SECOND;
    const end = this.now + duration;
    let produced = prefilled;
    for (const request of [...this.running]) {
      // It was preempted for one before it in this very step.
      if (!this.running.includes(request) || !this.grow(request)) continue;
      request.generated++;
      produced++;
      this.generationTokens++;
      if (request.firstToken === undefined) {
        request.firstToken = end;
        this.histograms.firstToken.observe(end - request.arrived);
      } else this.histograms.token.observe(duration);
      if (request.generated >= request.output) this.finish(request, end);
    }
    if (produced > 0) this.histograms.perStep.observe(produced);
    return duration;
  }

  /** Prompt tokens that have to be computed for those who were let in. */
  private admit(): number {
    let computed = 0;
    while (this.running.length < this.maxNumSeqs && computed < 8192) {
      const next = this.waiting[0];
      if (!next) break;
      const needed = Math.ceil((next.prompt + next.generated + 1) / this.blockSize);
      if (needed > this.freeBlocks) break;
      this.waiting.shift();
      this.freeBlocks -= needed;
      next.blocks = needed;
      const hits = Math.floor(next.prompt * PREFIX_SHARE);
      this.prefixQueries += next.prompt;
      this.prefixHits += hits;
      if (next.admitted === undefined) {
        next.admitted = this.now;
        this.promptTokens += next.prompt;
        this.histograms.queue.observe(this.now - next.arrived);
      }
      computed += next.prompt - hits + next.generated;
      this.running.push(next);
    }
    return computed;
  }

  /** Takes another block when the request's last one is full; false when it was the one to be preempted. */
  private grow(request: Request): boolean {
    if (request.prompt + request.generated + 1 <= request.blocks * this.blockSize) return true;
    while (this.freeBlocks === 0) {
      const youngest = this.running.at(-1);
      if (!youngest) return false;
      this.preempt(youngest);
      if (youngest === request) return false;
    }
    this.freeBlocks--;
    request.blocks++;
    return true;
  }

  private preempt(request: Request): void {
    this.running = this.running.filter((each) => each !== request);
    this.freeBlocks += request.blocks;
    request.blocks = 0;
    this.waiting.unshift(request);
    this.preemptions++;
  }

  private finish(request: Request, end: number): void {
    this.running = this.running.filter((each) => each !== request);
    this.freeBlocks += request.blocks;
    const draw = this.random.next();
    this.finished[draw < 0.82 ? "stop" : draw < 0.97 ? "length" : "abort"]++;
    this.histograms.endToEnd.observe(end - request.arrived);
    this.histograms.inference.observe(end - (request.admitted ?? request.arrived));
    this.histograms.promptLength.observe(request.prompt);
    this.histograms.outputLength.observe(request.generated);
  }
}
