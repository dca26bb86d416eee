import { EventEmitter, l10n, Uri, workspace, type Disposable, type Event, type TextDocument } from "vscode";
import type { Breakdown } from "../../features/breakdown";
import { pathOf } from "./documents";
import { showMarkdown } from "./show-markdown";
import type { Session } from "./session";

export const SHOW_BREAKDOWN = "vllmK8s.showBreakdown";

const SCHEME = "vllm-k8s";

/** Read-only pages "vLLM memory: <server>" that follow their manifest. */
export class Breakdowns implements Disposable {
  private readonly changed = new EventEmitter<Uri>();
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
  ) {
    this.subscriptions = [
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.content(uri),
      }),
      onDidPublish((document) => this.refresh(pathOf(document))),
    ];
  }

  /** Shows the memory of one server of a file; the path and the server's position in it. */
  async show(path: string, server: number): Promise<void> {
    const breakdown = await this.read(path, server);
    if (!breakdown) return;
    const name = `${breakdown.title.replaceAll("/", "-")}.md`;
    await showMarkdown(Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify([path, server]) }));
  }

  private async content(uri: Uri): Promise<string> {
    const [path, server] = JSON.parse(uri.query) as [string, number];
    const breakdown = await this.read(path, server);
    return breakdown?.markdown ?? l10n.t("This server is no longer in its file.");
  }

  private async read(path: string, server: number): Promise<Breakdown | undefined> {
    try {
      // The page may outlive its manifest's tab.
      const document = await workspace.openTextDocument(Uri.parse(path));
      await this.session.prepare(document);
    } catch {
      return undefined;
    }
    return this.session.ask("The breakdown failed", undefined, (service) => service.breakdown(path, server));
  }

  private refresh(path: string): void {
    for (const { uri } of workspace.textDocuments) {
      if (uri.scheme === SCHEME && uri.query.startsWith(JSON.stringify([path]).slice(0, -1) + ","))
        this.changed.fire(uri);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }
}
