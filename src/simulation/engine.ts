import type { Capacity } from "./capacity";
import { Heap } from "./heap";
import { stepSeconds } from "./speed";

/** A request on its way through an engine. Times in seconds. */
export interface Request {
  readonly arrived: number;
  readonly prompt: number;
  readonly output: number;
  firstToken: number | undefined;
  finished: number | undefined;
}

/** A request as one engine holds it. */
interface Sequence {
  readonly request: Request;
  /** Prompt tokens to compute, with those generated before a preemption. */
  prompt: number;
  /** Output tokens still to produce when it was admitted. */
  output: number;
  state: "waiting" | "prefill" | "decode" | "gone";
  /** Prompt tokens not computed yet. */
  pending: number;
  /** The engine's step count at its first token, and at its last. */
  since: number;
  due: number;
}

/** No longer than this without a look at the clock: the KV cache read grows meanwhile. */
const LONGEST_STRIDE = 256;

/**
 * One vLLM engine with continuous batching, as its V1 scheduler does it (vllm/v1/core/sched/scheduler.py, 0.8 and later): each step
 * computes one token for every running sequence and fills the rest of `max_num_batched_tokens` with prompts, first come first
 * served; a waiting request is admitted while there are fewer than `max_num_seqs` and its prompt fits in the free KV cache; when
 * the cache is full, the sequence admitted last goes back to the head of the queue and is computed anew.
 *
 * Between two events every running sequence moves alike, so many steps are taken at once.
 */
export class Engine {
  private now: number;
  private steps = 0;
  /** Tokens in the KV cache. */
  private context = 0;
  private waitingFrom = 0;
  private waitingList: Sequence[] = [];
  private prefillFrom = 0;
  private prefills: Sequence[] = [];
  private pendingTokens = 0;
  /** Admitted and not gone, in order of admission; entries that are gone are dropped when met. */
  private admitted: Sequence[] = [];
  private readonly finishing = new Heap<Sequence>();
  private decoding = 0;
  /** Time of the next event and the length of a step until then. */
  private nextEvent = Infinity;
  private stride = 0;

  preemptions = 0;
  promptTokens = 0;
  generatedTokens = 0;
  busySeconds = 0;

  constructor(
    private readonly capacity: Pick<
      Capacity,
      "sequences" | "batchedTokens" | "cacheTokens" | "hardware" | "work"
    >,
    start: number,
    private readonly onDone: (request: Request) => void,
  ) {
    this.now = start;
  }

  get running(): number {
    return this.decoding + this.prefills.length - this.prefillFrom;
  }

  get waiting(): number {
    return this.waitingList.length - this.waitingFrom;
  }

  get cacheUse(): number {
    return Math.min(1, this.context / this.capacity.cacheTokens);
  }

  /** When something next happens in it by itself. */
  get next(): number {
    return this.nextEvent;
  }

  submit(request: Request, now: number): void {
    this.moveTo(now);
    this.waitingList.push({
      request,
      prompt: request.prompt,
      output: request.output,
      state: "waiting",
      pending: 0,
      since: 0,
      due: 0,
    });
    this.schedule();
  }

  /** Takes every event up to a time, in order. */
  advance(to: number): void {
    while (this.nextEvent <= to) {
      this.moveTo(this.nextEvent);
      this.settle();
      this.schedule();
    }
    this.moveTo(to);
  }

  /** Requests that it still holds: lost when its pod goes. */
  get held(): number {
    return this.running + this.waiting;
  }

  private moveTo(time: number): void {
    const passed = time - this.now;
    this.now = time;
    if (passed <= 0 || this.running === 0) return;
    const steps = passed / this.stride;
    this.steps += steps;
    this.busySeconds += passed;
    this.context += this.decoding * steps;
    this.generatedTokens += this.decoding * steps;
    this.prefill(steps * this.prefillPerStep());
  }

  /** Prompt tokens of one step: what the running sequences leave of the budget. */
  private prefillPerStep(): number {
    return Math.min(Math.max(1, this.capacity.batchedTokens - this.decoding), this.pendingTokens);
  }

  private prefill(tokens: number): void {
    let left = tokens;
    for (let i = this.prefillFrom; left > 0 && i < this.prefills.length; i++) {
      const sequence = this.prefills[i];
      if (!sequence) break;
      const part = Math.min(left, sequence.pending);
      sequence.pending -= part;
      this.pendingTokens -= part;
      this.promptTokens += part;
      left -= part;
    }
  }

  /** What has come to its end at the present step. Fractions of a token are noise. */
  private settle(): void {
    const edge = 1e-6;
    for (
      let head = this.prefills[this.prefillFrom];
      head && head.pending <= edge;
      head = this.prefills[this.prefillFrom]
    ) {
      this.prefillFrom++;
      this.pendingTokens = Math.max(0, this.pendingTokens - head.pending);
      this.startDecoding(head);
    }
    if (this.prefillFrom > 1024) {
      this.prefills = this.prefills.slice(this.prefillFrom);
      this.prefillFrom = 0;
    }
    while (this.finishing.least <= this.steps + edge) {
      const sequence = this.finishing.pop();
      if (sequence?.state === "decode") this.finish(sequence);
    }
    if (this.context + this.decoding > this.capacity.cacheTokens && this.decoding > 1) this.preempt();
  }

  private startDecoding(sequence: Sequence): void {
    sequence.state = "decode";
    sequence.since = this.steps;
    sequence.request.firstToken ??= this.now;
    this.decoding++;
    this.generatedTokens++;
    sequence.due = this.steps + Math.max(0, sequence.output - 1);
    this.finishing.push(sequence);
  }

  private finish(sequence: Sequence): void {
    sequence.state = "gone";
    this.decoding--;
    this.context = Math.max(0, this.context - sequence.prompt - (this.steps - sequence.since));
    sequence.request.finished = this.now;
    this.onDone(sequence.request);
  }

  private preempt(): void {
    let last = this.admitted.pop();
    while (last && last.state !== "decode") last = this.admitted.pop();
    if (!last) return;
    const made = this.steps - last.since;
    this.preemptions++;
    this.decoding--;
    this.context = Math.max(0, this.context - last.prompt - made);
    last.state = "gone";
    const again: Sequence = {
      ...last,
      state: "waiting",
      prompt: last.prompt + Math.floor(made),
      output: Math.max(1, last.output - Math.floor(made)),
    };
    if (this.waitingFrom > 0) this.waitingList[--this.waitingFrom] = again;
    else this.waitingList.unshift(again);
  }

  private admit(): void {
    for (let head = this.waitingList[this.waitingFrom]; head; head = this.waitingList[this.waitingFrom]) {
      const fits =
        this.context + head.prompt + this.decoding <= this.capacity.cacheTokens || this.running === 0;
      if (this.running >= this.capacity.sequences || !fits) break;
      this.waitingFrom++;
      head.state = "prefill";
      head.pending = head.prompt;
      this.pendingTokens += head.prompt;
      this.context += head.prompt;
      this.prefills.push(head);
      this.admitted.push(head);
    }
    if (this.waitingFrom > 1024) {
      this.waitingList = this.waitingList.slice(this.waitingFrom);
      this.waitingFrom = 0;
    }
    if (this.admitted.length > 4 * this.capacity.sequences + 64)
      this.admitted = this.admitted.filter(({ state }) => state !== "gone");
  }

  /** Admits what can be admitted and works out when the next thing happens. */
  private schedule(): void {
    this.admit();
    if (this.running === 0) {
      this.nextEvent = Infinity;
      return;
    }
    const { capacity, decoding, context } = this;
    const prefill = this.prefillPerStep();
    this.stride = stepSeconds({ decoding, context, prefill }, capacity.work, capacity.hardware);
    this.nextEvent = this.now + this.stride * Math.min(this.stepsToEvent(prefill), LONGEST_STRIDE);
  }

  private stepsToEvent(prefill: number): number {
    const head = this.prefills[this.prefillFrom];
    const untilFirst = !head ? Infinity : this.pendingTokens <= prefill ? 1 : head.pending / prefill;
    const untilFinish = Math.max(0, this.finishing.least - this.steps);
    const untilFull =
      this.decoding > 1
        ? Math.max(1, (this.capacity.cacheTokens - this.context) / this.decoding - 1)
        : Infinity;
    return Math.min(untilFirst, untilFinish, untilFull);
  }
}
