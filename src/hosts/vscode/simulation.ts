import type { Disposable, Event, TextDocument, Uri as UriType } from "vscode";
import { commands, l10n, Uri, window, workspace } from "vscode";
import type { SimulationState } from "../../features/simulation-answer";
import { PROFILE_NAMES, type SimulationAnswer } from "../../service";
import { simulationMessage, type SimulationMessage } from "../../webview/simulation-messages";
import { isManifest, pathOf } from "./documents";
import { Panel } from "./panel";
import type { Session } from "./session";

export const SIMULATE = "vllmK8s.simulateAutoscaling";

interface Open {
  readonly panel: Panel<SimulationState, SimulationMessage>;
  profile: (typeof PROFILE_NAMES)[number];
}

/** "Simulate Autoscaling": the autoscaler of a manifest under a load, drawn anew with every edit. One panel for each file. */
export class Simulations implements Disposable {
  private readonly open = new Map<string, Open>();
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
    private readonly extensionUri: UriType,
  ) {
    this.subscriptions = [
      commands.registerCommand(SIMULATE, (path: unknown) => this.show(path)),
      onDidPublish((document) => void this.refresh(pathOf(document))),
    ];
  }

  private async show(given: unknown): Promise<void> {
    const document = window.activeTextEditor?.document;
    const path =
      typeof given === "string"
        ? given
        : document && isManifest(document)
          ? await this.session.prepare(document)
          : undefined;
    if (path === undefined) {
      window.setStatusBarMessage(l10n.t("vLLM: open a manifest to simulate its autoscaling"), 4000);
      return;
    }
    const known = this.open.get(path);
    if (known) return known.panel.reveal();
    const panel = new Panel<SimulationState, SimulationMessage>({
      extensionUri: this.extensionUri,
      page: "simulation",
      title: l10n.t("vLLM autoscaling"),
      parse: simulationMessage,
      receive: ({ profile }) => void this.choose(path, profile),
    });
    this.open.set(path, { panel, profile: "step" });
    panel.onDidDispose(() => this.open.delete(path));
    await this.refresh(path);
  }

  private async choose(path: string, profile: string): Promise<void> {
    const open = this.open.get(path);
    const known = PROFILE_NAMES.find((name) => name === profile);
    if (!open || !known) return;
    open.profile = known;
    await this.refresh(path);
  }

  private async refresh(path: string): Promise<void> {
    const open = this.open.get(path);
    if (!open) return;
    try {
      await this.session.prepare(await workspace.openTextDocument(Uri.parse(path)));
    } catch {
      open.panel.notice(l10n.t("This file is no longer there."));
      return;
    }
    const failed: SimulationAnswer = {
      problem: l10n.t("The simulation failed; the log of the extension says why."),
    };
    const { profile } = open;
    const answer = this.session.ask("The simulation failed", failed, (service) =>
      service.scaling(path).simulate({ profile }),
    );
    open.panel.show({ answer, profile, profiles: PROFILE_NAMES });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const { panel } of this.open.values()) panel.dispose();
  }
}
