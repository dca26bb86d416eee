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
export interface Open<State, View> extends Target {
  readonly state: State;
  readonly session: Session;
  /** Shows the same server in another way: other filters, another log. */
  look(view: View): Promise<void>;
  notice(text: string): void;
}

/** A kind of panel that shows one server of a manifest and follows its text. `View` is what a person has chosen in one panel. */
export interface ServerPanelKind<State, Message, View = undefined> {
  readonly page: string;
  readonly title: (state: State) => string;
  readonly ask: (service: Service, target: Target, view: View | undefined) => State | undefined;
  readonly parse: (message: unknown) => Message | undefined;
  readonly receive: (message: Message, open: Open<State, View>) => Promise<void>;
  readonly links?: (state: State) => readonly string[];
}

interface Entry<State, Message, View> {
  readonly target: Target;
  readonly panel: Panel<State, Message>;
  state: State;
  view: View | undefined;
}

/** The open panels of one kind, at most one for each server. */
export class ServerPanels<State, Message, View = undefined> implements Disposable {
  private readonly entries = new Map<string, Entry<State, Message, View>>();
  private readonly subscription: Disposable;

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
    private readonly extensionUri: Uri,
    private readonly kind: ServerPanelKind<State, Message, View>,
  ) {
    this.subscription = onDidPublish((document) => {
      const path = pathOf(document);
      for (const entry of this.entries.values()) if (entry.target.path === path) void this.refresh(entry);
    });
  }

  async show(target: Target, view?: View): Promise<void> {
    const key = JSON.stringify([target.path, target.server]);
    const known = this.entries.get(key);
    if (known) {
      known.view = view ?? known.view;
      await this.refresh(known);
      return known.panel.reveal();
    }
    const state = await this.read(target, view);
    if (state === undefined) return;
    const panel = new Panel<State, Message>({
      extensionUri: this.extensionUri,
      page: this.kind.page,
      title: this.kind.title(state),
      parse: this.kind.parse,
      receive: (message) => void this.receive(message, entry),
      ...(this.kind.links && { links: this.kind.links }),
    });
    const entry: Entry<State, Message, View> = { target, panel, state, view };
    this.entries.set(key, entry);
    panel.onDidDispose(() => this.entries.delete(key));
    panel.show(state);
  }

  private async refresh(entry: Entry<State, Message, View>): Promise<void> {
    const state = await this.read(entry.target, entry.view);
    if (state === undefined) return entry.panel.notice(l10n.t("This server is no longer in its file."));
    entry.state = state;
    entry.panel.show(state, this.kind.title(state));
  }

  private async receive(message: Message, entry: Entry<State, Message, View>): Promise<void> {
    const { target, state, panel } = entry;
    const look = (view: View): Promise<void> => {
      entry.view = view;
      return this.refresh(entry);
    };
    const notice = (text: string): void => panel.notice(text);
    try {
      await this.kind.receive(message, { ...target, state, session: this.session, look, notice });
    } catch (error) {
      this.session.log.error(`The page ${this.kind.page} asked for something that failed`, error);
      panel.notice(l10n.t("That did not work; the log of the extension says why."));
    }
  }

  private async read(target: Target, view: View | undefined): Promise<State | undefined> {
    try {
      // The panel may outlive its manifest's tab.
      await this.session.prepare(await workspace.openTextDocument(Uri.parse(target.path)));
    } catch {
      return undefined;
    }
    return this.session.ask(`The page ${this.kind.page} failed`, undefined, (service) =>
      this.kind.ask(service, target, view),
    );
  }

  dispose(): void {
    this.subscription.dispose();
    for (const { panel } of [...this.entries.values()]) panel.dispose();
  }
}
