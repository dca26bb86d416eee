import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import type { VsCodeServer } from "./server";

export interface WorkbenchTarget {
  /** A folder, or a `.code-workspace` file. */
  workspace?: string | undefined;
  /** An extension under development; the installed ones alone when left out. */
  extensionPath?: string | undefined;
  /** A module whose `run()` is called inside the extension host. */
  testsPath?: string | undefined;
  /** A file to start on. */
  openFile?: string | undefined;
}

const quietFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Each launch has a fresh profile, which playwright makes and removes. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: quietFlags });
}

export function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  return browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
}

/** The address of the workbench; everything about the session travels in it. */
export function workbenchUrl(server: VsCodeServer, target: WorkbenchTarget): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
  const payload: [string, string][] = [];
  if (target.extensionPath) payload.push(["extensionDevelopmentPath", remote(target.extensionPath)]);
  if (target.testsPath) payload.push(["extensionTestsPath", remote(target.testsPath)]);
  if (target.openFile) payload.push(["openFile", remote(target.openFile)]);
  const query = new URLSearchParams({ tkn: server.token });
  if (target.workspace)
    query.set(target.workspace.endsWith(".code-workspace") ? "workspace" : "folder", target.workspace);
  query.set("payload", JSON.stringify(payload));
  return `http://127.0.0.1:${server.port}/?${query.toString()}`;
}
