import {
  commands,
  Disposable,
  l10n,
  window,
  workspace,
  type Event,
  type ExtensionContext,
  type TextDocument,
} from "vscode";
import type * as LiveModule from "./live/main";
import type { Session } from "./session";

/** All that the editor's own bundle knows of live metrics: four commands. What they need is loaded when one is used. */
export class LiveDoor implements Disposable {
  private live: LiveModule.Live | undefined;
  private readonly registered: Disposable;

  constructor(
    private readonly context: ExtensionContext,
    private readonly session: Session,
    private readonly onDidPublish: Event<TextDocument>,
  ) {
    this.registered = Disposable.from(
      commands.registerCommand("vllmK8s.openLiveMetrics", async (path, server) =>
        (await this.load())?.open(path, server),
      ),
      commands.registerCommand("vllmK8s.disconnectLiveMetrics", () => this.live?.disconnect()),
      commands.registerCommand("vllmK8s.switchLiveContext", () => this.live?.switchContext()),
      commands.registerCommand("vllmK8s.chooseLiveSource", () => this.live?.chooseSource()),
    );
  }

  private async load(): Promise<LiveModule.Live | undefined> {
    // A kubeconfig's plug-ins are programs, and the folder decides which manifests are asked about.
    if (!workspace.isTrusted) {
      void window.showInformationMessage(
        l10n.t("Live metrics run programs of your kubeconfig. They are off until you trust this workspace."),
      );
      return undefined;
    }
    if (this.live) return this.live;
    const { startLive } = (await import("./live/main")) as {
      startLive: typeof LiveModule.startLive | undefined;
    };
    if (!startLive) {
      void window.showInformationMessage(
        l10n.t(
          "Live metrics need a VS Code that can reach your cluster: the desktop, or a remote one. In the browser there is no kubeconfig.",
        ),
      );
      return undefined;
    }
    this.live ??= startLive(this.context, this.session, this.onDidPublish);
    return this.live;
  }

  dispose(): void {
    this.registered.dispose();
    this.live?.dispose();
  }
}
