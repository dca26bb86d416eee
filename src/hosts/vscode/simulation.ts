import type { Disposable, Event, TextDocument, Uri as UriType } from "vscode";
import { commands, l10n, Uri, window, workspace } from "vscode";
import type { SimulationState } from "../../features/scaling/simulation-answer";
import { PROFILE_NAMES, type SimulationAnswer, type SimulationWish } from "../../service";
import {
  simulationMessage,
  type ChosenLoad,
  type SimulationMessage,
} from "../../webview/simulation-messages";
import type { ChangePreview } from "./change-preview";
import { isManifest, pathOf } from "./documents";
import { Panel } from "./panel";
import { chooseRecording, type Recording } from "./recording";
import type { Session } from "./session";

export const SIMULATE = "vllmK8s.simulateAutoscaling";

type ProfileName = (typeof PROFILE_NAMES)[number];

interface Open {
  readonly panel: Panel<SimulationState, SimulationMessage>;
  profile: ProfileName | Recording;
  load: ChosenLoad;
}

/** "Simulate Autoscaling": the autoscaler of a manifest under a load, drawn anew with every edit. One panel for each file. */
export class Simulations implements Disposable {
  private readonly open = new Map<string, Open>();
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
    private readonly extensionUri: UriType,
    private readonly preview: ChangePreview,
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
      receive: (message) => void this.receive(path, message),
    });
    this.open.set(path, { panel, profile: "step", load: {} });
    panel.onDidDispose(() => this.open.delete(path));
    await this.refresh(path);
  }

  private async receive(path: string, message: SimulationMessage): Promise<void> {
    const open = this.open.get(path);
    if (!open) return;
    if (message.type === "fix") return this.fix(path);
    if (message.type === "load") open.load = message.load;
    else {
      const chosen = message.type === "recording" ? await this.recording(open) : named(message.profile);
      if (chosen === undefined) return;
      open.profile = chosen;
    }
    await this.refresh(path);
  }

  /** All that the right side shows, as changes to look at first; the manifest's own refresh draws the panel anew. */
  private async fix(path: string): Promise<void> {
    const edits = this.session.ask("Proposing fixes failed", [], (service) =>
      service.scaling(path).proposedFixes(),
    );
    if (edits.length > 0) await this.preview.offer(l10n.t("Autoscaling fixes"), { edits, created: [] });
  }

  /** A file that is none says so in the panel, and the load stays. */
  private async recording({ panel }: Open): Promise<Recording | undefined> {
    try {
      return await chooseRecording();
    } catch (error) {
      this.session.log.error("Reading a recording failed", error);
      panel.notice(l10n.t("This file cannot be read."));
      return undefined;
    }
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
      service.scaling(path).simulate(wishOf(open)),
    );
    const recording = typeof profile === "string" ? undefined : profile.name;
    open.panel.show({
      answer,
      profile: typeof profile === "string" ? profile : "recorded",
      profiles: PROFILE_NAMES,
      recording,
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const { panel } of this.open.values()) panel.dispose();
  }
}

function named(profile: string): ProfileName | undefined {
  return PROFILE_NAMES.find((name) => name === profile);
}

function wishOf({ profile, load: { low, high, minutes } }: Open): SimulationWish {
  if (typeof profile !== "string") return { profile: { recording: profile.text } };
  return { profile, low, high, seconds: minutes === undefined ? undefined : minutes * 60 };
}
