import type { Asked } from "../../../../live/answer";
import { keyOf, type Board } from "../../../../live/board";
import { evaluate, type ReadPod } from "../../../../live/evaluate";
import { readExposition } from "../../../../live/exposition";
import { LiveFailure } from "../../../../live/failure";
import { kvPoolOf } from "../../../../live/kv-pool";
import { PANELS } from "../../../../live/panels";
import { PodHistory } from "../../../../live/pod-history";
import { failureFrom } from "../access/failures";
import type { Transport } from "../access/transport";
import type { PodInfo } from "./cluster-reader";
import type { RoundNotes, Source } from "./source";

/** More pods than these are a matter for a Prometheus. */
const MOST_PODS = 32;
const RATE_WINDOW_MS = 60_000;

/** Reads the pods' own `/metrics` through the API server and computes rates and quantiles from successive reads. */
export class ScrapeSource implements Source {
  kvPool: number | undefined;
  /** By UID: a pod of the same name may be another one. */
  private readonly histories = new Map<string, ReadPod>();
  private count = 0;

  constructor(
    private readonly transport: Transport,
    private readonly namespace: string,
    private readonly port: number,
  ) {}

  get name(): string {
    const pods = this.count > MOST_PODS ? `${MOST_PODS} of ${this.count} pods` : "the pods";
    return `read from ${pods}, no Prometheus`;
  }

  async refresh(
    board: Board,
    at: number,
    pods: readonly PodInfo[],
    signal: AbortSignal,
  ): Promise<RoundNotes> {
    const readable = pods.filter((pod) => pod.readable);
    this.count = readable.length;
    this.forgetOthers(readable);
    const failures: LiveFailure[] = [];
    await Promise.all(
      readable.slice(0, MOST_PODS).map((pod) =>
        this.read(pod, at, signal).catch((error: unknown) => {
          failures.push(failureFrom(error));
        }),
      ),
    );
    const [first] = failures;
    if (first && failures.length === Math.min(readable.length, MOST_PODS)) throw first;
    this.put(board, at);
    return {
      partial: first && `${failures.length} of ${readable.length} pods did not answer: ${first.message}`,
    };
  }

  private forgetOthers(pods: readonly PodInfo[]): void {
    const present = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.histories.keys()) if (!present.has(uid)) this.histories.delete(uid);
  }

  private async read({ name, uid }: PodInfo, at: number, signal: AbortSignal): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}:${this.port}/proxy/metrics`;
    const asked: Asked = {
      verb: "get",
      group: "",
      resource: "pods/proxy",
      namespace: this.namespace,
      what: `The pod ${name}`,
    };
    const { body } = await this.transport.get(path, asked, { signal, headers: { accept: "text/plain" } });
    const { samples, complete } = readExposition(body, isVllm);
    if (samples.length === 0)
      throw new LiveFailure("upstream", "not-prometheus", `The pod ${name} answers without metrics of vLLM.`);
    if (!complete) throw new LiveFailure("upstream", "reset", `The answer of the pod ${name} broke off.`);
    let pod = this.histories.get(uid);
    if (!pod) this.histories.set(uid, (pod = { name, history: new PodHistory(RATE_WINDOW_MS) }));
    pod.history.add(at, samples);
  }

  private put(board: Board, at: number): void {
    const pods = [...this.histories.values()].filter(({ history }) => history.lastReadAt === at);
    this.kvPool = kvPoolOf(
      pods.flatMap(({ history }) => history.latest("vllm:cache_config_info").map(({ labels }) => labels)),
    );
    for (const { id, lines, main } of PANELS) {
      for (const line of lines) {
        if (board.byPod && line.id !== main) continue;
        board.add(
          keyOf(id, line.id),
          at,
          evaluate(line.measure, pods, board.byPod ? "pod" : (line.split ?? "none")),
        );
      }
    }
  }

  backfill(): Promise<void> {
    return Promise.resolve();
  }

  queriesOf(): readonly string[] {
    return [];
  }
}

function isVllm(name: string): boolean {
  return name.startsWith("vllm:") && !name.endsWith("_created");
}
