import { waitBeforeRetry } from "../../../../live/backoff";
import type { Observations } from "../../../../live/checks";
import { Board } from "../../../../live/board";
import type { LiveFailure } from "../../../../live/failure";
import type { LiveServer } from "../../../../live/manifest";
import type { Workload } from "../../../../live/scope";
import { failureFrom } from "../access/failures";
import { ClusterReader, type ReplicaCounts } from "./cluster-reader";
import { consentKey, consentRequest, KubeconfigSource, type Connection } from "./connection";
import type { SessionEnvironment } from "./environment";
import { findSource, type Found } from "./find-source";
import { NO_VALUES, readManifestValues, type ManifestValues } from "./manifest-values";
import { WorkloadObjects } from "./objects";
import { Checker } from "./observe";
import type { SourceChoice } from "./source";

/** Failures of a source in a row. */
const LOOK_AGAIN_AFTER = 3;

export type Phase = "off" | "confirming" | "connecting" | "live" | "stale" | "failed";

/** One connection to one cluster with its rounds of reading: never two at a time, none while nobody looks. */
export class LiveSession {
  phase: Phase = "off";
  failure: LiveFailure | undefined;
  partial: string | undefined;
  lastGood: number | undefined;
  board: Board;
  values: ManifestValues = NO_VALUES;
  connection: Connection | undefined;
  found: Found | undefined;
  rangeMinutes = 15;
  byPod = false;
  paused = false;
  server = 0;
  choice: SourceChoice = { kind: "auto" };
  contexts: readonly string[] = [];
  private checker = new Checker();
  private chosenContext: string | undefined;
  private visible = true;
  private signature = "";
  private agreed: string | undefined;
  private objects = new WorkloadObjects();
  private failures = 0;
  private timer: { cancel(): void } | undefined;
  private running: AbortController | undefined;
  private nextAt = 0;
  private backfilled: Board | undefined;
  private readonly kubeconfigs: KubeconfigSource;

  constructor(
    private readonly world: SessionEnvironment,
    readonly refreshMs: number,
  ) {
    this.kubeconfigs = new KubeconfigSource(world.env);
    this.board = this.newBoard();
  }

  private newBoard(): Board {
    return new Board(this.rangeMinutes * 60_000, this.refreshMs, this.byPod);
  }

  /** Connects to a context, or to the current one, after a person agreed. */
  async connect(context?: string): Promise<void> {
    this.stop();
    this.chosenContext = context;
    this.phase = "connecting";
    await this.round();
  }

  disconnect(): void {
    this.stop();
    this.phase = "off";
    this.agreed = undefined;
    this.forgetNumbers();
    this.world.changed();
  }

  private stop(): void {
    this.timer?.cancel();
    this.running?.abort();
    this.running = undefined;
    this.connection?.transport.dispose();
    this.connection = undefined;
    this.found = undefined;
    this.failures = 0;
    this.failure = undefined;
  }

  private forgetNumbers(): void {
    this.board = this.newBoard();
    this.lastGood = undefined;
    this.values = NO_VALUES;
    this.checker = new Checker();
    this.objects = new WorkloadObjects();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.follow();
  }

  setPaused(paused: boolean): void {
    this.paused = paused;
    this.follow();
  }

  /** Goes on or holds still, as somebody looks or nobody does. */
  private follow(): void {
    if (this.reads) void this.round();
    else if (this.phase !== "confirming") {
      this.timer?.cancel();
      this.running?.abort();
      this.running = undefined;
    }
    this.world.changed();
  }

  private get reads(): boolean {
    return this.visible && !this.paused && this.phase !== "off" && this.phase !== "confirming";
  }

  setRange(minutes: number, byPod = this.byPod): void {
    this.rangeMinutes = minutes;
    this.byPod = byPod;
    this.board = this.newBoard();
    this.again();
  }

  setServer(server: number, choice: SourceChoice): void {
    this.server = server;
    this.choice = choice;
    this.found = undefined;
    this.forgetNumbers();
    this.again();
  }

  /** At once, whatever was being waited for. */
  again(): void {
    this.timer?.cancel();
    this.running?.abort();
    this.running = undefined;
    if (this.reads) void this.round();
  }

  get replicas(): ReplicaCounts | undefined {
    return this.objects.replicas;
  }

  get observations(): Observations | undefined {
    return this.checker.observations;
  }

  get workload(): Workload | undefined {
    const server = this.liveServer;
    const namespace = server?.workload.namespace ?? this.connection?.access.namespace;
    if (server?.workload.name === undefined || namespace === undefined) return undefined;
    return { kind: server.workload.kind, name: server.workload.name, namespace };
  }

  get liveServer(): LiveServer | undefined {
    return this.world.manifest()?.servers[this.server];
  }

  private async round(): Promise<void> {
    if (this.running) return;
    const running = (this.running = new AbortController());
    this.timer?.cancel();
    const at = this.world.now();
    try {
      // Late by more than any delay of ours: the machine slept, and its connections are dead without knowing it.
      if (this.nextAt > 0 && at - this.nextAt > 15_000) this.connection?.transport.dropConnections();
      if (await this.open(running.signal)) await this.read(at, running.signal);
      else if (this.phase === "confirming") this.phase = "off";
      this.failures = 0;
    } catch (error) {
      if (running.signal.aborted) return;
      this.fail(failureFrom(error));
    } finally {
      if (this.running === running) {
        this.running = undefined;
        this.schedule(at);
        this.world.changed();
      }
    }
  }

  private fail(failure: LiveFailure): void {
    this.failures++;
    this.failure = failure;
    this.phase = this.lastGood === undefined ? "failed" : "stale";
    // What was found may be gone for good: another may have taken its place.
    if (failure.origin === "upstream" && this.failures % LOOK_AGAIN_AFTER === 0) this.found = undefined;
    this.world.log(`${failure.origin} ${failure.code}: ${failure.message}`);
  }

  private schedule(startedAt: number): void {
    if (!this.reads) return;
    const wait =
      this.failures > 0
        ? waitBeforeRetry(this.failures, this.refreshMs, this.failure?.retryAfter, () => this.world.random())
        : Math.max(50, this.refreshMs - (this.world.now() - startedAt));
    this.nextAt = this.world.now() + wait;
    this.timer = this.world.after(wait, () => void this.round());
  }

  /** Makes sure that there is a connection, to what the kubeconfig says now; false when a person said no. */
  private async open(signal: AbortSignal): Promise<boolean> {
    const signature = await this.kubeconfigs.signature();
    if (this.connection && signature === this.signature) return true;
    const { config, signature: read } = await this.kubeconfigs.read();
    if (signal.aborted) return false;
    const access = this.kubeconfigs.access(config, this.chosenContext);
    this.contexts = [...config.contexts.keys()];
    const request = consentRequest(access, this.liveServer?.workload.namespace ?? access.namespace);
    const key = consentKey(request);
    if (key !== this.agreed) {
      this.phase = "confirming";
      this.connection?.transport.dispose();
      this.connection = undefined;
      this.found = undefined;
      this.forgetNumbers();
      this.world.changed();
      if (!(await this.world.confirm(request)) || signal.aborted) return false;
      this.agreed = key;
      this.phase = "connecting";
    }
    this.connection?.transport.dispose();
    this.connection = this.kubeconfigs.open(access, () => this.world.now());
    this.found = undefined;
    this.signature = read;
    return true;
  }

  private async read(at: number, signal: AbortSignal): Promise<void> {
    const { transport } = this.connection ?? {};
    const manifest = this.world.manifest();
    const { liveServer: server, workload } = this;
    if (!transport || !manifest || !server || !workload) return;
    const reader = new ClusterReader(transport);
    const [found] = await Promise.all([
      this.found ??
        findSource(
          transport,
          reader,
          { workload, server, choice: this.choice, now: () => this.world.now() },
          signal,
        ),
      this.objects.refresh(reader, workload, server.podLabels, { at, signal }),
    ]);
    if (signal.aborted) return;
    if (!this.found) found.trace.forEach((line) => this.world.log(line));
    this.found = found;
    const board = this.board;
    const { namespace } = workload;
    const [notes, values] = await Promise.all([
      found.source.refresh(board, at, this.objects.pods, signal),
      readManifestValues(manifest, found.source, { server: this.server, namespace, at, signal }),
    ]);
    if (signal.aborted || board !== this.board) return;
    this.values = values;
    this.objects.put(board, at);
    this.partial = notes.partial ?? this.objects.problem;
    this.lastGood = at;
    this.failure = undefined;
    this.phase = "live";
    if (this.backfilled !== board) await this.backfill(board, at, signal);
    const asking = { reader, source: found.source, namespace, at, signal };
    await this.checker.check(manifest, board.now("preemptions"), asking);
  }

  /** The first numbers are shown before their past is asked for. */
  private async backfill(board: Board, at: number, signal: AbortSignal): Promise<void> {
    this.backfilled = board;
    this.world.changed();
    await this.found?.source.backfill(board, at, signal).catch((error: unknown) => {
      this.partial = `The past could not be read: ${failureFrom(error).message}`;
    });
    if (this.found?.source.ask) await this.found.source.refresh(board, at, this.objects.pods, signal);
  }
}
