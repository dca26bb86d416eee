import type { Policy } from "../autoscaling/policy";
import type { VllmVersion } from "../vllm/version";
import { Autoscaler, type Sight } from "./autoscaler";
import type { Capacity } from "./capacity";
import { Cluster } from "./cluster";
import type { Request } from "./engine";
import { arrivals, MOST_REQUESTS, type Profile } from "./profile";
import { randomFrom } from "./random";
import { summarise } from "./summary";
import type { Course, Summary } from "./course";

/** What is simulated. Times in seconds, lengths in tokens. */
export interface Setup {
  readonly capacity: Capacity;
  /** Without one the replicas stay as they are. */
  readonly policy: Policy | undefined;
  readonly replicas: number;
  readonly profile: Profile;
  readonly seed: number;
  readonly prompt: number;
  readonly output: number;
  /** Coefficient of variation of both lengths. */
  readonly variation: number;
  readonly coldStart: number;
  readonly scrapeInterval: number;
  readonly graceSeconds: number;
  readonly requestedCores: number | undefined;
  readonly version: VllmVersion;
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  readonly model: string | undefined;
}

export interface Run {
  readonly course: Course;
  readonly summary: Summary;
  /** For each metric of the policy, how many syncs it was the one that asked for most. */
  readonly wins: readonly number[];
  /** Positions of the metrics that nothing was assumed of. */
  readonly notModelled: readonly number[];
}

/** Points in the picture: an hour at ten seconds each. */
const POINTS = 360;

/** One run; the same setup gives the same one. A sentence for a load that cannot be run. */
export function simulate(setup: Setup): Run | { readonly problem: string } {
  const { profile, seed } = setup;
  const times = arrivals(profile, seed);
  if (!times)
    return { problem: `This load has over ${MOST_REQUESTS} requests; take a lower rate or a shorter time.` };
  return new Simulation(setup, times).run();
}

class Simulation {
  private readonly cluster: Cluster;
  private readonly autoscaler: Autoscaler | undefined;
  private readonly requests: Request[] = [];
  private readonly rows: (ReturnType<Cluster["state"]> & { time: number; replicas: number })[] = [];
  private arrived = 0;
  private changes = 0;

  constructor(
    private readonly setup: Setup,
    private readonly times: readonly number[],
  ) {
    const { capacity, coldStart, graceSeconds, seed, policy } = setup;
    this.cluster = new Cluster(capacity, coldStart, graceSeconds, seed + 1);
    this.cluster.start(setup.replicas);
    this.autoscaler = policy && new Autoscaler(policy, randomFrom(seed + 2).next());
  }

  run(): Run {
    const { profile, scrapeInterval, seed } = this.setup;
    const step = profile.seconds / POINTS;
    const offset = randomFrom(seed + 3).next() * scrapeInterval;
    let [scrape, sample] = [offset, 0];
    const lengths = randomFrom(seed + 4);
    for (let now = 0; ;) {
      now = Math.min(scrape, sample, this.autoscaler?.next ?? Infinity, profile.seconds);
      this.feed(now, lengths);
      if (now >= scrape) {
        this.cluster.scrape(now);
        scrape += scrapeInterval;
      }
      if (this.autoscaler && now >= this.autoscaler.next) this.autoscale(this.autoscaler, now);
      if (now >= sample) {
        this.note(now);
        sample += step;
      }
      if (now >= profile.seconds) break;
    }
    this.cluster.advance(profile.seconds);
    return this.result(step);
  }

  /** Sends the requests that arrive before a time. */
  private feed(until: number, lengths: ReturnType<typeof randomFrom>): void {
    const { capacity, prompt, output, variation } = this.setup;
    for (
      let time = this.times[this.arrived];
      time !== undefined && time < until;
      time = this.times[this.arrived]
    ) {
      this.arrived++;
      const longest = Math.min(capacity.maxLength, capacity.cacheTokens);
      const asked = Math.min(Math.max(1, Math.round(lengths.around(prompt, variation))), longest - 1);
      const made = Math.min(Math.max(1, Math.round(lengths.around(output, variation))), longest - asked);
      const request = {
        arrived: time,
        prompt: asked,
        output: made,
        firstToken: undefined,
        finished: undefined,
      };
      this.requests.push(request);
      this.cluster.submit(request);
    }
  }

  private autoscale(autoscaler: Autoscaler, now: number): void {
    this.cluster.advance(now);
    const before = this.cluster.replicas;
    const wanted = autoscaler.act(now, before, () => this.sight(now));
    if (wanted === before) return;
    this.changes++;
    this.cluster.scaleTo(wanted, now);
  }

  private sight(now: number): Sight {
    const { version, namespace, workload, model, requestedCores } = this.setup;
    const { cluster } = this;
    return {
      version,
      namespace,
      workload,
      model,
      now,
      requestedCores,
      scrapes: cluster.scrapes,
      replicas: cluster.replicas,
      ready: cluster.ready(now).length,
      cores: cluster.cores(now),
    };
  }

  private note(now: number): void {
    this.cluster.advance(now);
    this.rows.push({ time: now, replicas: this.cluster.replicas, ...this.cluster.state(now) });
  }

  private result(step: number): Run {
    const { cluster, rows, requests, setup, changes } = this;
    const summary = summarise(requests, rows, {
      end: setup.profile.seconds,
      step,
      changes,
      refused: cluster.refused,
      lost: cluster.lost,
      podSeconds: cluster.podSeconds,
      preemptions: cluster.preemptions,
    });
    const notModelled = this.autoscaler?.notModelled(this.sight(setup.profile.seconds)) ?? [];
    return { ...summary, wins: this.autoscaler?.wins ?? [], notModelled };
  }
}
