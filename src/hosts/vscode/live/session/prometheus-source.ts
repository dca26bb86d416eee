import type { Asked } from "../../../../live/answer";
import { GPU_MEMORY, keyOf, type Board } from "../../../../live/board";
import { candidateName, proxyPath, type Candidate } from "../../../../live/discover";
import type { LiveFailure } from "../../../../live/failure";
import { kvPoolOf } from "../../../../live/kv-pool";
import type { Measure, Split } from "../../../../live/measure";
import { PANELS } from "../../../../live/panels";
import { promqlOf } from "../../../../live/promql-of";
import { MOST_SERIES, readPromAnswer, type PromAnswer } from "../../../../live/promapi";
import type { Scope } from "../../../../live/scope";
import type { Transport } from "../access/transport";
import { failureFrom } from "../access/failures";
import type { RoundNotes, Source } from "./source";

/** Where a Prometheus is, behind a transport. */
export interface PromServer {
  readonly name: string;
  readonly because: string;
  /** In front of `/api/v1`. */
  readonly base: string;
  readonly namespace: string | undefined;
}

export function serverOf(candidate: Candidate): PromServer {
  const { namespace, because } = candidate;
  return { name: candidateName(candidate), because, base: proxyPath(candidate), namespace };
}

/** Asks one Prometheus, or what speaks like it, through the API server's service proxy or at an address of its own. */
export class PromClient {
  constructor(
    private readonly transport: Transport,
    readonly server: PromServer,
  ) {}

  instant(query: string, at: number, signal: AbortSignal): Promise<PromAnswer> {
    return this.get(`query?query=${encodeURIComponent(query)}&time=${(at / 1000).toFixed(3)}`, signal);
  }

  /** Its clock, in milliseconds since 1970. */
  async ownTime(signal: AbortSignal): Promise<number | undefined> {
    const { series } = await this.get("query?query=vector(1)", signal);
    return series[0]?.points[0]?.[0];
  }

  range(
    query: string,
    from: number,
    to: number,
    stepSeconds: number,
    signal: AbortSignal,
  ): Promise<PromAnswer> {
    const times = `start=${(from / 1000).toFixed(0)}&end=${(to / 1000).toFixed(0)}&step=${stepSeconds}`;
    return this.get(`query_range?query=${encodeURIComponent(query)}&${times}`, signal);
  }

  private async get(path: string, signal: AbortSignal): Promise<PromAnswer> {
    const { base, name, namespace } = this.server;
    const asked: Asked = {
      verb: "get",
      group: "",
      resource: "services/proxy",
      namespace,
      what: `Prometheus ${name}`,
    };
    // Mimir wants a tenant; others do not look at it.
    const headers = base.endsWith("/prometheus") ? { "x-scope-orgid": "anonymous" } : undefined;
    const { body } = await this.transport.get(`${base}/api/v1/${path}`, asked, { signal, headers });
    return readPromAnswer(body);
  }
}

interface LineQuery {
  readonly panel: string;
  readonly line: string;
  readonly split: Split;
  readonly measure: Measure;
}

const GPU_QUERY = "DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)";

/** The clock of a Prometheus can be wrong by hours: it is asked for its own "now", read off the samples. */
export class PrometheusSource implements Source {
  kvPool: number | undefined;
  private rounds = 0;
  private hasGpu = false;

  constructor(
    private readonly client: PromClient,
    readonly scope: Scope,
    private readonly note: string,
    /** Our clock minus theirs. */
    private readonly clockOff: number,
  ) {}

  get name(): string {
    return `Prometheus ${this.client.server.name} (${this.client.server.because})${this.note}`;
  }

  async refresh(board: Board, at: number, _: unknown, signal: AbortSignal): Promise<RoundNotes> {
    const failures: LiveFailure[] = [];
    let good = 0;
    let isCut = false;
    const when = at - this.clockOff;
    const lines = linesFor(board.byPod).map(async (line) => {
      try {
        const query = promqlOf(line.measure, this.scope, line.split);
        const { series, cut } = await this.client.instant(query, when, signal);
        isCut ||= cut;
        board.add(keyOf(line.panel, line.line), at, this.bySplit(series, line.split));
        good++;
      } catch (error) {
        failures.push(failureFrom(error));
      }
    });
    // The pool's size changes seldom, and a DCGM exporter is not installed while one looks.
    const seldom = this.rounds++ % 12 === 0;
    const gpu = seldom || this.hasGpu ? this.readGpu(board, at, signal) : undefined;
    await Promise.all([...lines, gpu, seldom ? this.readPool(when, signal) : undefined]);
    const [first] = failures;
    if (good === 0 && first) throw first;
    const cut = isCut ? `There are more series than the first ${MOST_SERIES}, which are read.` : undefined;
    return { partial: first?.message ?? cut };
  }

  /** That it is missing is no failure. */
  private async readGpu(board: Board, at: number, signal: AbortSignal): Promise<void> {
    const answer = await this.client
      .instant(this.gpuQuery(), at - this.clockOff, signal)
      .catch(() => undefined);
    const value = answer?.series[0]?.points[0]?.[1];
    if (value !== undefined) this.hasGpu = true;
    if (this.hasGpu)
      board.add(keyOf(GPU_MEMORY.id, "gpu"), at, new Map(value === undefined ? [] : [["", value]]));
  }

  private gpuQuery(): string {
    const { matchers } = this.scope;
    const own = /pod=~/.test(matchers) ? GPU_QUERY.replaceAll(/(DCGM_\w+)/g, `$1{${matchers}}`) : GPU_QUERY;
    return `max(${own})`;
  }

  private async readPool(at: number, signal: AbortSignal): Promise<void> {
    const { matchers, prefix } = this.scope;
    const own = /model_name/.test(matchers) ? "" : `{${matchers}}`;
    const answer = await this.client
      .instant(`${prefix}cache_config_info${own}`, at, signal)
      .catch(() => undefined);
    this.kvPool = kvPoolOf((answer?.series ?? []).map(({ labels }) => labels)) ?? this.kvPool;
  }

  private bySplit(series: PromAnswer["series"], split: Split): ReadonlyMap<string, number> {
    return new Map(series.map(({ labels, points }) => [this.keyFor(labels, split), points[0]?.[1] ?? NaN]));
  }

  private keyFor(labels: ReadonlyMap<string, string>, split: Split): string {
    return split === "none" ? "" : (labels.get(split === "pod" ? this.scope.podLabel : split) ?? "?");
  }

  async backfill(board: Board, at: number, signal: AbortSignal): Promise<void> {
    const end = at - this.clockOff;
    const fill = async (key: string, query: string, split: Split): Promise<void> => {
      const { series } = await this.client.range(query, end - board.rangeMs, end, board.stepSeconds, signal);
      for (const { labels, points } of series) {
        const own = points.map(([time, value]) => [time + this.clockOff, value] as const);
        board.fill(key, this.keyFor(labels, split), own);
      }
    };
    const lines = linesFor(board.byPod).map(({ panel, line, measure, split }) =>
      fill(keyOf(panel, line), promqlOf(measure, this.scope, split), split),
    );
    const gpu = this.hasGpu ? fill(keyOf(GPU_MEMORY.id, "gpu"), this.gpuQuery(), "none") : undefined;
    await Promise.all([...lines, gpu]);
  }

  async ask(
    query: string,
    at: number,
    signal: AbortSignal,
  ): Promise<readonly { labels: ReadonlyMap<string, string>; value: number }[]> {
    const { series } = await this.client.instant(query, at - this.clockOff, signal);
    return series.map(({ labels, points }) => ({ labels, value: points[0]?.[1] ?? NaN }));
  }

  queriesOf(panel: string, byPod: boolean): readonly string[] {
    if (panel === GPU_MEMORY.id) return [this.gpuQuery()];
    return linesFor(byPod)
      .filter((line) => line.panel === panel)
      .map(({ measure, split }) => promqlOf(measure, this.scope, split));
  }
}

function linesFor(byPod: boolean): readonly LineQuery[] {
  return PANELS.flatMap(({ id: panel, lines, main }) =>
    lines
      .filter(({ id }) => !byPod || id === main)
      .map(({ id, measure, split = "none" }) => ({
        panel,
        line: id,
        measure,
        split: byPod ? ("pod" as const) : split,
      })),
  );
}
