import type { Disposable } from "vscode";
import { env, EventEmitter, Uri, ViewColumn, window, type WebviewPanel } from "vscode";
import { baseMessage, type NoticeMessage, type StateMessage } from "../../webview/messages";

interface PanelOptions<State, Message> {
  readonly extensionUri: Uri;
  /** The script's name in `src/webview/pages`, also the last part of the panel's view type. */
  readonly page: string;
  readonly title: string;
  /** Reads a message of the page, which may be anything; undefined for what is none of this panel's. */
  readonly parse: (message: unknown) => Message | undefined;
  readonly receive: (message: Message) => void;
  /** The links that a state offers; no other is ever opened. */
  readonly links?: (state: State) => readonly string[];
}

/**
 * A page beside the manifest: the base of the breakdown, "what if" and every other panel.
 *
 * The host owns the state and gives all of it to the page with `show`, as often as it changes; the page (`startPage` in `src/webview/page.ts`)
 * draws it and sends back what a person did. Both sides take no message for granted: `parse` here, `isState` there. The page has no network, no
 * inline script or style and no resource but its own script and stylesheet; it opens a link by asking for one of those it was given.
 * While hidden it is unloaded; when it is back it says "ready" and gets the last state again.
 */
export class Panel<State, Message> implements Disposable {
  private readonly panel: WebviewPanel;
  private readonly disposed = new EventEmitter<void>();
  private readonly seen = new EventEmitter<boolean>();
  private state: State | undefined;

  /** The person closed it, or `dispose` did. */
  readonly onDidDispose = this.disposed.event;
  /** It came into view, or went out of it behind another tab. */
  readonly onDidChangeVisibility = this.seen.event;

  constructor(private readonly options: PanelOptions<State, Message>) {
    const folder = Uri.joinPath(options.extensionUri, "dist", "webview");
    this.panel = window.createWebviewPanel(
      `vllmK8s.${options.page}`,
      options.title,
      { viewColumn: ViewColumn.Beside },
      { enableScripts: true, localResourceRoots: [folder], enableFindWidget: true },
    );
    this.panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    this.panel.onDidChangeViewState(() => this.seen.fire(this.panel.visible));
    this.panel.onDidDispose(() => {
      this.disposed.fire();
      this.seen.dispose();
      this.disposed.dispose();
    });
    this.panel.webview.html = this.html(folder);
  }

  /** Gives the page something to show. */
  show(state: State, title = this.options.title): void {
    this.state = state;
    if (this.panel.title !== title) this.panel.title = title;
    this.post({ type: "state", state });
  }

  /** Says something beside the last state; it goes with the next one. */
  notice(text: string): void {
    this.post({ type: "notice", text });
  }

  private post(message: StateMessage | NoticeMessage): void {
    void this.panel.webview.postMessage(message);
  }

  /** Brings the panel to the front, where it is. */
  reveal(): void {
    this.panel.reveal(undefined, false);
  }

  private receive(message: unknown): void {
    const base = baseMessage(message);
    if (base?.type === "ready") {
      if (this.state !== undefined) this.show(this.state, this.panel.title);
    } else if (base?.type === "open") {
      void this.open(base.url);
    } else {
      const own = this.options.parse(message);
      if (own !== undefined) this.options.receive(own);
    }
  }

  private async open(url: string): Promise<void> {
    const known = this.state === undefined ? [] : (this.options.links?.(this.state) ?? []);
    if (known.includes(url) && url.startsWith("https://")) await env.openExternal(Uri.parse(url, true));
  }

  private html(folder: Uri): string {
    const { webview } = this.panel;
    const resource = (name: string): string => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
    const nonce = newNonce();
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!DOCTYPE html>
<html lang="${env.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${resource(`${this.options.page}.css`)}">
<title>vLLM</title>
</head>
<body>
<div id="notice" role="status"></div>
<main></main>
<script nonce="${nonce}" src="${resource(`${this.options.page}.js`)}"></script>
</body>
</html>`;
  }

  dispose(): void {
    this.panel.dispose();
  }
}

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
