import type { Disposable } from "vscode";
import { l10n, Uri, workspace, type Event, type TextDocument } from "vscode";
import type { Service } from "../../service";
import { pathOf } from "./documents";
import { Panel } from "./panel";
import type { Session } from "./session";

/** One server of a manifest: the file's path and the server's position in it. */
export interface Target {
  readonly path: string;
  readonly server: number;
}

/** What is open on a server, as the receiver of a message finds it. */
export interface Open<State> extends Target {
  readonly state: State;
}

/** A kind of panel that shows one server of a manifest and follows its text. */
export interface ServerPanelKind<State, Message> {
  readonly page: string;
  readonly title: (state: State) => string;
  readonly ask: (service: Service, target: Target) => State | undefined;
  readonly parse: (message: unknown) => Message | undefined;
  readonly receive: (message: Message, open: Open<State>) => Promise<void>;
  readonly links?: (state: State) => readonly string[];
}

/** The open panels of one kind, at most one for each server. */
export class ServerPanels<State, Message> implements Disposable {
  private readonly open = new Map<
    string,
    { readonly target: Target; readonly panel: Panel<State, Message> }
  >();
  private readonly states = new WeakMap<Panel<State, Message>, State>();
  private readonly subscription: Disposable;

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
    private readonly extensionUri: Uri,
    private readonly kind: ServerPanelKind<State, Message>,
  ) {
    this.subscription = onDidPublish((document) => {
      const path = pathOf(document);
      for (const { target, panel } of this.open.values())
        if (target.path === path) void this.refresh(target, panel);
    });
  }

  async show(target: Target): Promise<void> {
    const key = JSON.stringify([target.path, target.server]);
    const known = this.open.get(key);
    if (known) return known.panel.reveal();
    const state = await this.read(target);
    if (state === undefined) return;
    const panel: Panel<State, Message> = new Panel<State, Message>({
      extensionUri: this.extensionUri,
      page: this.kind.page,
      title: this.kind.title(state),
      parse: this.kind.parse,
      receive: (message) => void this.receive(message, target, panel),
      ...(this.kind.links && { links: this.kind.links }),
    });
    this.open.set(key, { target, panel });
    panel.onDidDispose(() => this.open.delete(key));
    this.give(panel, state);
  }

  private give(panel: Panel<State, Message>, state: State): void {
    this.states.set(panel, state);
    panel.show(state, this.kind.title(state));
  }

  private async refresh(target: Target, panel: Panel<State, Message>): Promise<void> {
    const state = await this.read(target);
    if (state !== undefined) this.give(panel, state);
    else panel.notice(l10n.t("This server is no longer in its file."));
  }

  private async receive(message: Message, target: Target, panel: Panel<State, Message>): Promise<void> {
    const state = this.states.get(panel);
    if (state === undefined) return;
    try {
      await this.kind.receive(message, { ...target, state });
    } catch (error) {
      this.session.log.error(`The page ${this.kind.page} asked for something that failed`, error);
      panel.notice(l10n.t("That did not work; the log of the extension says why."));
    }
  }

  private async read(target: Target): Promise<State | undefined> {
    try {
      // The panel may outlive its manifest's tab.
      await this.session.prepare(await workspace.openTextDocument(Uri.parse(target.path)));
    } catch {
      return undefined;
    }
    return this.session.ask(`The page ${this.kind.page} failed`, undefined, (service) =>
      this.kind.ask(service, target),
    );
  }

  dispose(): void {
    this.subscription.dispose();
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }
}
