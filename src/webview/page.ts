import "./page.css";
import { fieldsOf, isText } from "./messages";

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** What a page can ask of the panel it lives in. */
export interface Page<Message> {
  send: (message: Message) => void;
  /** Opens a link outside of the editor. */
  open: (url: string) => void;
  /** What the page itself remembers while it is hidden: filters, a chosen row. */
  remembered: () => unknown;
  remember: (state: unknown) => void;
  /** Draws the last state again, after something that the page itself remembers has changed. */
  redraw: () => void;
}

interface PageOptions<State, Message> {
  /** The state has the shape that `draw` relies on. */
  isState(state: unknown): state is State;
  draw(state: State, page: Page<Message>): readonly Node[];
}

/**
 * The script of a page: it draws what the panel gives it and sends back what a person does. One file in `src/webview/pages` per page,
 * which calls this once; `src/hosts/vscode/panel.ts` is the other side. A page gets its whole state each time and draws it anew;
 * the focus stays on the element with the same id.
 */
export function startPage<State, Message>(options: PageOptions<State, Message>): void {
  const editor = acquireVsCodeApi();
  let last: State | undefined;
  const draw = (): void => {
    if (last !== undefined) replaceContent(options.draw(last, page));
  };
  const page: Page<Message> = {
    send: (message) => editor.postMessage(message),
    open: (url) => editor.postMessage({ type: "open", url }),
    remembered: () => editor.getState(),
    remember: (state) => editor.setState(state),
    redraw: draw,
  };
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const fields = event.origin === window.origin ? fieldsOf(event.data) : undefined;
    if (fields?.type === "notice" && isText(fields.text)) showNotice(fields.text);
    if (fields?.type !== "state" || !options.isState(fields.state)) return;
    last = fields.state;
    showNotice("");
    draw();
  });
  editor.postMessage({ type: "ready" });
}

/** Screen readers speak it as it comes. */
function showNotice(text: string): void {
  const place = document.getElementById("notice");
  if (place && place.textContent !== text) place.textContent = text;
}

function replaceContent(nodes: readonly Node[]): void {
  const main = document.querySelector("main") ?? document.body;
  const focused = document.activeElement?.id;
  const { scrollX, scrollY } = window;
  main.replaceChildren(...nodes);
  window.scrollTo(scrollX, scrollY);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
