import type { Capacity } from "./capacity";
import type { Request } from "./engine";
import { Pod } from "./pod";
import type { Scrape } from "./query";
import { randomFrom, type Random } from "./random";

/** Longest window of samples that a query looks back on. */
const KEPT_SECONDS = 900;

/** The pods of one workload behind one Service. */
export class Cluster {
  private pods: Pod[] = [];
  private draining: Pod[] = [];
  private created = 0;
  private readonly random: Random;
  private readonly scraped = new Map<Pod, Scrape[][]>();
  /** Requests that no pod was ready for, and those that ended with their pod. */
  refused = 0;
  lost = 0;
  podSeconds = 0;
  private preemptionsOfGone = 0;
  private accountedTo = 0;

  constructor(
    private readonly capacity: Capacity,
    private readonly coldStart: number,
    private readonly graceSeconds: number,
    seed: number,
  ) {
    this.random = randomFrom(seed);
  }

  get replicas(): number {
    return this.pods.length;
  }

  /** Ready ones now, at the start of the run without a cold start. */
  start(replicas: number): void {
    for (let i = 0; i < replicas; i++) this.add(0, 0);
  }

  private add(now: number, coldStart: number): void {
    this.known = { pods: [], until: -1 };
    this.pods.push(new Pod(`pod-${this.created++}`, now, now + coldStart, this.capacity));
  }

  /** Those that are ready, and until when that stays so; every request asks. */
  private known: { readonly pods: readonly Pod[]; readonly until: number } = { pods: [], until: -1 };

  ready(now: number): readonly Pod[] {
    if (now >= this.known.until) {
      const pods = this.pods.filter((pod) => pod.isReady(now));
      const loading = this.pods.filter((pod) => pod.readyAt > now).map((pod) => pod.readyAt);
      this.known = { pods, until: Math.min(Infinity, ...loading) };
    }
    return this.known.pods;
  }

  /** kube-proxy picks any ready pod; a request stays where it was sent. */
  submit(request: Request): void {
    const ready = this.ready(request.arrived);
    const pod = ready[this.random.below(ready.length)];
    if (pod) pod.submit(request, request.arrived, this.random);
    else this.refused++;
  }

  /** Pods come at once and load; of those that go, the ones still loading go first, then the youngest, as a ReplicaSet does. */
  scaleTo(replicas: number, now: number): void {
    while (this.pods.length < replicas) this.add(now, this.coldStart);
    if (this.pods.length <= replicas) return;
    const order = [...this.pods].sort(
      (a, b) => Number(a.isReady(now)) - Number(b.isReady(now)) || b.readyAt - a.readyAt,
    );
    this.known = { pods: [], until: -1 };
    const going = new Set(order.slice(0, this.pods.length - replicas));
    for (const pod of going) {
      if (pod.isReady(now)) this.draining.push(pod);
      pod.endsAt = now + this.graceSeconds;
      this.scraped.delete(pod);
    }
    this.pods = this.pods.filter((pod) => !going.has(pod));
  }

  /** Brings every pod to a time; of those whose grace has run out, what they still hold is lost. */
  advance(to: number): void {
    this.podSeconds += (to - this.accountedTo) * (this.pods.length + this.draining.length);
    this.accountedTo = to;
    for (const pod of this.pods) if (to >= pod.readyAt) pod.advance(to);
    this.draining = this.draining.filter((pod) => {
      pod.advance(Math.min(to, pod.endsAt ?? to));
      const held = pod.sum((engine) => engine.held);
      const over = held === 0 || to >= (pod.endsAt ?? to);
      if (over) {
        this.lost += held;
        this.preemptionsOfGone += pod.sum((engine) => engine.preemptions);
      }
      return !over;
    });
  }

  scrape(now: number): void {
    this.advance(now);
    for (const pod of this.ready(now)) {
      const kept = this.scraped.get(pod) ?? pod.engines.map(() => []);
      pod.scrape(now).forEach((sample, i) => {
        kept[i] = [...(kept[i] ?? []).filter(({ at }) => at > now - KEPT_SECONDS), sample];
      });
      this.scraped.set(pod, kept);
    }
  }

  get scrapes(): readonly (readonly Scrape[])[] {
    return [...this.scraped.values()].flat();
  }

  /** Totals over the ready pods, and the mean of their engines' KV usage. */
  state(now: number): { ready: number; running: number; waiting: number; cacheUse: number } {
    const ready = this.ready(now);
    const engines = ready.flatMap((pod) => pod.engines);
    const sum = (read: (engine: (typeof engines)[number]) => number): number =>
      engines.reduce((total, engine) => total + read(engine), 0);
    return {
      ready: ready.length,
      running: sum((engine) => engine.running),
      waiting: sum((engine) => engine.waiting),
      cacheUse: engines.length === 0 ? 0 : sum((engine) => engine.cacheUse) / engines.length,
    };
  }

  get preemptions(): number {
    return [...this.pods, ...this.draining].reduce(
      (total, pod) => total + pod.sum((engine) => engine.preemptions),
      this.preemptionsOfGone,
    );
  }

  /**
   * CPU of each pod: the engine's loop keeps about one core busy while it has work, the API server a third beside it, whatever
   * the load (https://docs.vllm.ai/en/latest/configuration/optimization/, CPU resources).
   */
  cores(now: number): readonly (number | undefined)[] {
    return this.pods.map((pod) =>
      pod.isReady(now) ? pod.sum((engine) => (engine.held > 0 ? 1 : 0.1)) + 0.3 : undefined,
    );
  }
}
