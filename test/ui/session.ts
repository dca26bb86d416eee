import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, newPage, workbenchUrl } from "../../scripts/vscode/browser";
import { ensureChromium } from "../../scripts/vscode/chromium";
import { onProcessEnd } from "../../scripts/vscode/cleanup";
import { ensureEmbeddedVsCode } from "../../scripts/vscode/install";
import { extensionPath } from "../../scripts/vscode/paths";
import { type Settings, type VsCodeServer, startServer } from "../../scripts/vscode/server";

export interface SessionOptions {
  /** Copied first, so that a test may change it. */
  folder: string;
  /** Opened on start; relative to the folder. */
  file?: string | undefined;
  /** User settings on top of the harness's quiet ones. */
  settings?: Settings | undefined;
  /** For the extension host. */
  env?: Readonly<Record<string, string>> | undefined;
  /** A folder of installed extensions, which are used in place of the one under development. */
  extensionsDir?: string | undefined;
  viewport?: { width: number; height: number } | undefined;
  deviceScaleFactor?: number | undefined;
}

/** A server of its own with a page on it: nothing of one session's state reaches the next. */
export interface Session {
  page: Page;
  /** The copy of the folder. */
  folder: string;
  /** Left out when somebody else started it. */
  server?: VsCodeServer;
  close(): Promise<void>;
}

/** Pictures must not depend on the moment: no blinking, no animation. */
const stillSettings: Settings = { "editor.cursorBlinking": "solid", "workbench.reduceMotion": "on" };

let sharedBrowser: Promise<Browser> | undefined;

export async function startSession(options: SessionOptions): Promise<Session> {
  const folder = copyOf(resolve(options.folder));
  const server = await startServer(await ensureEmbeddedVsCode(), {
    settings: { ...stillSettings, ...options.settings },
    env: options.env,
    extensionsDir: options.extensionsDir,
  });
  try {
    const page = await openPage(server, folder.path, options);
    const close = async (): Promise<void> => {
      await page.context().close();
      await server.stop();
      folder.remove();
    };
    return { page, folder: folder.path, server, close };
  } catch (error) {
    await server.stop();
    folder.remove();
    throw error;
  }
}

export async function closeBrowser(): Promise<void> {
  await (await sharedBrowser)?.close();
  sharedBrowser = undefined;
}

async function openPage(server: VsCodeServer, folder: string, options: SessionOptions): Promise<Page> {
  sharedBrowser ??= ensureChromium().then(launchBrowser);
  const page = await newPage(await sharedBrowser, {
    viewport: options.viewport ?? { width: 1280, height: 800 },
    deviceScaleFactor: options.deviceScaleFactor ?? 1,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const openFile = options.file ? join(folder, options.file) : undefined;
  await page.goto(
    workbenchUrl(server, {
      workspace: folder,
      extensionPath: options.extensionsDir ? undefined : extensionPath,
      openFile,
    }),
  );
  return page;
}

/** Keeps the folder's own name, which the editor shows. */
function copyOf(folder: string): { path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "ui-workspace-"));
  const path = join(parent, basename(folder));
  cpSync(folder, path, { recursive: true });
  const removeNow = (): void => rmSync(parent, { recursive: true, force: true });
  const forget = onProcessEnd(removeNow);
  const remove = (): void => {
    removeNow();
    forget();
  };
  return { path, remove };
}
