import {
  commands,
  Disposable,
  env,
  l10n,
  StatusBarAlignment,
  window,
  workspace,
  type Event,
  type ExtensionContext,
  type StatusBarItem,
  type TextDocument,
} from "vscode";
import { liveManifest } from "../../../features/live";
import { cleanText, withoutSecrets } from "../../../live/clean";
import { candidateName, serviceAddress } from "../../../live/discover";
import type { LiveManifest } from "../../../live/manifest";
import { liveMessage, type LiveMessage, type LiveView } from "../../../live/view";
import { pathOf } from "../documents";
import { Panel } from "../panel";
import type { Session } from "../session";
import { SECTION, textSetting } from "../settings";
import { Consent } from "./consent";
import { LiveFindings } from "./findings";
import { LiveSession } from "./session/live-session";
import { viewOf } from "./session/view-of";
import type { SourceChoice } from "./session/source";
import { LiveText } from "./text-parts";

/** Live metrics of one window: one session, one panel, one status item. */
export interface Live extends Disposable {
  open(path: unknown, server: unknown): Promise<void>;
  disconnect(): void;
  switchContext(): Promise<void>;
  chooseSource(): Promise<void>;
}

export function startLive(
  context: ExtensionContext,
  session: Session,
  onDidPublish: Event<TextDocument>,
): Live {
  return new LiveWindow(context, session, onDidPublish);
}

class LiveWindow implements Live {
  private readonly live: LiveSession;
  private readonly text: LiveText;
  private readonly findings: LiveFindings;
  private readonly status: StatusBarItem;
  private readonly subscriptions: Disposable;
  private panel: Panel<LiveView, LiveMessage> | undefined;
  private path: string | undefined;
  private manifest: LiveManifest | undefined;

  constructor(
    private readonly context: ExtensionContext,
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
  ) {
    const consent = new Consent(context.globalState);
    const set = workspace.getConfiguration(SECTION).get<unknown>("live.refreshSeconds");
    const refresh = typeof set === "number" && set >= 1 ? set : 5;
    this.live = new LiveSession(
      {
        env: process.env,
        now: () => Date.now(),
        random: () => Math.random(),
        after: (milliseconds, run) => {
          const timer = setTimeout(run, milliseconds);
          return { cancel: () => clearTimeout(timer) };
        },
        confirm: (request) => consent.ask(request),
        manifest: () => this.manifest,
        changed: () => this.show(),
        log: (text) => session.log.info(`live: ${cleanText(withoutSecrets(text), 500)}`),
      },
      Math.min(60, Math.max(1, refresh)) * 1000,
    );
    this.live.choice = ownChoice();
    this.text = new LiveText(session, this.live);
    this.findings = new LiveFindings(this.live, () => this.manifest);
    this.status = window.createStatusBarItem("vllmK8s.live", StatusBarAlignment.Left, 0);
    this.status.name = l10n.t("vLLM live metrics");
    this.subscriptions = Disposable.from(
      this.status,
      this.findings,
      ...this.text.register(),
      commands.registerCommand("vllmK8s.liveMenu", () => this.menu()),
      onDidPublish((document) => {
        if (
          pathOf(document) === this.path ||
          this.manifest?.servers.some(({ at }) => at.path === pathOf(document))
        )
          this.readManifest();
      }),
    );
  }

  async open(path: unknown, server: unknown): Promise<void> {
    const editor = window.activeTextEditor;
    const own = typeof path === "string" ? path : editor && (await this.session.prepare(editor.document));
    if (own !== undefined && own !== this.path) {
      this.path = own;
      this.readManifest();
    }
    if (!this.manifest || this.manifest.servers.length === 0) {
      void window.showInformationMessage(
        l10n.t("Open a manifest with a vLLM server first: its metrics are what is shown."),
      );
      return;
    }
    const meant = this.manifest.servers.findIndex(
      ({ at, index }) => at.path === own && (typeof server !== "number" || index === server),
    );
    if (meant >= 0 && meant !== this.live.server) this.live.setServer(meant, this.live.choice);
    this.reveal();
    if (this.live.phase === "off") await this.live.connect();
  }

  private readManifest(): void {
    const { path } = this;
    this.manifest =
      path === undefined
        ? undefined
        : this.session.ask("Live metrics failed", undefined, (service) => service.answer(path, liveManifest));
    this.show();
  }

  private reveal(): void {
    if (this.panel) return this.panel.reveal();
    const panel = new Panel<LiveView, LiveMessage>({
      extensionUri: this.context.extensionUri,
      page: "live",
      title: l10n.t("vLLM live metrics"),
      parse: liveMessage,
      receive: (message) => void this.receive(message),
    });
    this.panel = panel;
    this.live.setVisible(true);
    panel.onDidChangeVisibility((visible) => this.live.setVisible(visible));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.live.setVisible(false);
    });
    this.show();
  }

  private async receive(message: LiveMessage): Promise<void> {
    const { live } = this;
    switch (message.type) {
      case "range":
        return live.setRange(message.minutes);
      case "pods":
        return live.setRange(live.rangeMinutes, message.byPod);
      case "pause":
        return live.setPaused(message.paused);
      case "server":
        return this.manifest?.servers[message.server]
          ? live.setServer(message.server, live.choice)
          : undefined;
      case "copy":
        await env.clipboard.writeText(
          live.found?.source.queriesOf(message.panel, live.byPod).join("\n\n") ?? "",
        );
        return this.panel?.notice(l10n.t("Copied."));
      case "retry":
        return live.phase === "off" ? live.connect() : live.again();
      case "switch":
        return this.switchContext();
      case "disconnect":
        return live.disconnect();
    }
  }

  disconnect(): void {
    this.live.disconnect();
  }

  /** Our view only: the kubeconfig stays as it is. */
  async switchContext(): Promise<void> {
    const picked = await window.showQuickPick([...this.live.contexts], {
      title: l10n.t("Read live metrics with another context"),
      placeHolder: l10n.t("Your kubeconfig is not changed"),
    });
    if (picked !== undefined) await this.live.connect(picked);
  }

  async chooseSource(): Promise<void> {
    const options: { label: string; description: string; choice: SourceChoice }[] = [
      {
        label: l10n.t("Find one"),
        description: l10n.t("by the usual labels and names"),
        choice: ownChoice(),
      },
      {
        label: l10n.t("Read the pods"),
        description: l10n.t("without a Prometheus"),
        choice: { kind: "pods" },
      },
      ...(this.live.found?.candidates ?? []).map((candidate) => ({
        label: candidateName(candidate),
        description: candidate.because,
        choice: { kind: "service" as const, candidate },
      })),
      ...(this.manifest?.triggers ?? []).flatMap(({ serverAddress, namespace }) => {
        const candidate = serverAddress === undefined ? undefined : serviceAddress(serverAddress, namespace);
        return candidate
          ? [
              {
                label: candidateName(candidate),
                description: candidate.because,
                choice: { kind: "service" as const, candidate },
              },
            ]
          : [];
      }),
    ];
    const picked = await window.showQuickPick(options, { title: l10n.t("Where to read the metrics") });
    if (picked) this.live.setServer(this.live.server, picked.choice);
  }

  private async menu(): Promise<void> {
    const actions = [
      { label: l10n.t("Open the panel"), run: () => this.open(this.path, undefined) },
      { label: l10n.t("Switch the context"), run: () => this.switchContext() },
      { label: l10n.t("Choose the source"), run: () => this.chooseSource() },
      { label: l10n.t("Disconnect"), run: () => Promise.resolve(this.disconnect()) },
    ];
    await (await window.showQuickPick(actions, { title: l10n.t("vLLM live metrics") }))?.run();
  }

  private show(): void {
    const { phase, connection, lastGood } = this.live;
    void commands.executeCommand("setContext", "vllmK8s.live", phase !== "off");
    this.status.text = `$(pulse) ${cleanText(connection?.access.context ?? "vLLM", 40)}${phase === "stale" || phase === "failed" ? " $(warning)" : ""}`;
    this.status.tooltip = l10n.t("Live metrics of vLLM: {0}. Click to disconnect or switch.", phase);
    this.status.command = "vllmK8s.liveMenu";
    if (phase === "off" && lastGood === undefined) this.status.hide();
    else this.status.show();
    this.findings.refresh();
    this.text.refresh();
    this.panel?.show(viewOf(this.live, this.manifest, this.findings.texts, Date.now()));
  }

  dispose(): void {
    this.live.disconnect();
    this.panel?.dispose();
    this.subscriptions.dispose();
  }
}

/** A Prometheus of the person's settings comes before every search. */
function ownChoice(): SourceChoice {
  const url = textSetting(workspace.getConfiguration(SECTION), "live.prometheusUrl");
  return url !== undefined && URL.canParse(url) ? { kind: "url", url } : { kind: "auto" };
}
