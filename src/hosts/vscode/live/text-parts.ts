import {
  CodeLens,
  EventEmitter,
  Hover,
  languages,
  MarkdownString,
  type Disposable,
  type DocumentSelector,
  type Range,
  type TextDocument,
} from "vscode";
import { keyOf } from "../../../live/board";
import { poolAsLog, poolDifference } from "../../../live/kv-pool";
import type { LiveServer, Place } from "../../../live/manifest";
import { formatNumber } from "../../../live/numbers";
import { fromPosition, toRange } from "../convert";
import { pathOf, SELECTOR } from "../documents";
import type { Session } from "../session";
import type { LiveSession } from "./session/live-session";
import { triggerLens } from "./session/trigger-values";

const OPEN = "vllmK8s.openLiveMetrics";
/** Of the editor's own bundle, which keeps what a log showed in the same way. */
const CALIBRATE = "vllmK8s.calibrate";
/** Matches less closely than the languages themselves, and so comes to stand behind the sizing lens. */
const BEHIND_SIZING: DocumentSelector = { language: "*" };

/** Live values in the text: above servers and triggers, and in the hover of memory flags. */
export class LiveText {
  private readonly changed = new EventEmitter<void>();
  private given = "";

  constructor(
    private readonly session: Session,
    private readonly live: LiveSession,
  ) {}

  register(): readonly Disposable[] {
    return [
      this.changed,
      languages.registerCodeLensProvider(BEHIND_SIZING, {
        onDidChangeCodeLenses: this.changed.event,
        provideCodeLenses: (document) => [...this.lenses(document)],
      }),
      languages.registerHoverProvider(SELECTOR, {
        provideHover: (document, position) => {
          const path = pathOf(document);
          const known = this.session.ask("A hover failed", undefined, (service) =>
            service.hover(path, fromPosition(position)),
          );
          const text = known?.server === undefined ? undefined : this.hoverOf(path, known.server);
          return text === undefined
            ? undefined
            : new Hover(new MarkdownString(text), known && toRange(known.range));
        },
      }),
    ];
  }

  /** Lenses that say the same are left where they are. */
  refresh(): void {
    const text = JSON.stringify([
      this.serverTitle(),
      this.live.values.triggers.map((each) => triggerLens(each, this.live.replicas)),
    ]);
    if (text === this.given) return;
    this.given = text;
    this.changed.fire();
  }

  private lenses(document: TextDocument): readonly CodeLens[] {
    const path = pathOf(document);
    const server = this.live.liveServer;
    const isOn = this.live.lastGood !== undefined && this.live.phase !== "off";
    if (!isOn || !server) return [];
    const lenses: CodeLens[] = [];
    if (server.at.path === path) {
      lenses.push(
        new CodeLens(startOf(server.workloadAt), {
          title: this.serverTitle(),
          command: OPEN,
          arguments: [path, server.index],
        }),
        ...this.poolLens(server),
      );
    }
    for (const now of this.live.values.triggers) {
      const { at } = now.trigger;
      if (at.path === path)
        lenses.push(
          new CodeLens(startOf(at), { title: triggerLens(now, this.live.replicas), command: OPEN }),
        );
    }
    return lenses;
  }

  private serverTitle(): string {
    const { board, phase } = this.live;
    const parts = [
      `${formatNumber(board.now("running"), "count")} running`,
      `${formatNumber(board.now("waiting"), "count")} waiting`,
      `KV ${formatNumber(board.now("kv"), "share")}`,
      `TTFT p95 ${formatNumber(board.latest(keyOf("ttft", "p95")), "seconds")}`,
    ];
    return `${phase === "stale" ? "live (old)" : "live"}: ${parts.join(" · ")}`;
  }

  /** What the engine itself says of its pool, where that is not what was planned: the same comparison as with a log. */
  private poolLens({ at, index, kvTokens }: LiveServer): readonly CodeLens[] {
    const pool = this.live.found?.source.kvPool;
    const percent = pool === undefined || !kvTokens ? undefined : poolDifference(pool, kvTokens);
    if (pool === undefined || percent === undefined) return [];
    const title = `KV pool ${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(0)} %: calibrate`;
    const tooltip = `By vllm:cache_config_info this engine's KV cache holds ${pool.toLocaleString("en")} tokens, not the ${formatNumber(kvTokens?.value, "count")} of the plan.`;
    const command = { title, tooltip, command: CALIBRATE, arguments: [at.path, index, poolAsLog(pool)] };
    return [new CodeLens(startOf(at), command)];
  }

  private hoverOf(path: string, index: number): string | undefined {
    const server = this.live.liveServer;
    if (!server || server.at.path !== path || server.index !== index || this.live.lastGood === undefined)
      return undefined;
    const pool = this.live.found?.source.kvPool;
    const used = this.live.board.now("kv");
    const planned = server.kvTokens;
    const rows = [
      `**vLLM live** · ${formatNumber(used, "share")} of the KV cache in use on the fullest engine`,
      pool === undefined
        ? undefined
        : `Pool: ${pool.toLocaleString("en")} tokens by \`vllm:cache_config_info\`; plan ${planned ? `${formatNumber(planned.low, "count")} to ${formatNumber(planned.high, "count")}` : "not known"}.`,
      pool === undefined || used === undefined || Number.isNaN(used)
        ? undefined
        : `In use: ≈ ${formatNumber(pool * used, "count")} tokens now.`,
    ];
    return rows.filter((row) => row !== undefined).join("\n\n");
  }
}

function startOf({ range: { start } }: Place): Range {
  return toRange({ start, end: start });
}
