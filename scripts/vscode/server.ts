import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onProcessEnd } from "./cleanup";
import { detachedEnv, lastLines } from "./command";
import { SetupError } from "./failure";
import type { EmbeddedVsCode } from "./install";

export type Settings = Record<string, unknown>;

export interface VsCodeServer {
  port: number;
  /** Of the server, whose children the extension hosts are. */
  pid: number;
  /** Whoever opens the page needs it: without one, any page in the user's browser could drive this server. */
  token: string;
  /** Rejects if the server ends before `stop` is called. */
  ended: Promise<never>;
  stop(): Promise<void>;
}

/** A quiet editor: no welcome page, no network, no chat, nothing saved behind the user's back. */
const quietSettings: Settings = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
};

/**
 * Sends the extension to the web-worker host. The workbench has a payload entry for this, `extensionDevelopmentKind`,
 * but its browser build reads it under another name than it stores it, so it has no effect.
 */
export function webHostSettings(extensionPath: string): Settings {
  const manifest = JSON.parse(readFileSync(join(extensionPath, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return { "remote.extensionKind": { [`${manifest.publisher}.${manifest.name}`]: ["web"] } };
}

const readyWithin = 30_000;

export interface ServerOptions {
  settings?: Settings;
  env?: Readonly<Record<string, string>> | undefined;
  /** Where installed extensions are; a folder of its own, which is empty, when left out. */
  extensionsDir?: string | undefined;
}

export async function startServer(
  vscode: EmbeddedVsCode,
  options: ServerOptions = {},
): Promise<VsCodeServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "vscode-server-"));
  writeSettings(dataDir, { ...quietSettings, ...options.settings });
  const token = randomUUID();
  const child = spawn(vscode.node, serverArgs(vscode, dataDir, token, options.extensionsDir), {
    // An empty gallery: the server asks no extension registry for anything.
    env: { ...detachedEnv(), EXTENSIONS_GALLERY: "{}", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that stopping reaches the extension hosts and file watchers it starts.
    detached: true,
  });
  const killNow = (): void => {
    signalGroup(child, "SIGKILL");
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  };
  const forget = onProcessEnd(killNow);
  const { port, ended } = await waitUntilListening(child).catch((error: unknown) => {
    killNow();
    throw error;
  });
  // Nobody may be waiting for it; whoever is, still gets the rejection.
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    await endGroup(child);
    killNow();
    forget();
  };
  return { port, pid: child.pid ?? 0, token, ended, stop };
}

function writeSettings(dataDir: string, settings: Settings): void {
  const folder = join(dataDir, "data", "User");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}

function serverArgs(
  vscode: EmbeddedVsCode,
  dataDir: string,
  token: string,
  extensionsDir: string | undefined,
): string[] {
  return [
    vscode.serverMain,
    ...["--host", "127.0.0.1", "--port", "0", "--connection-token", token],
    ...["--accept-server-license-terms", "--disable-telemetry", "--server-data-dir", dataDir],
    ...(extensionsDir ? ["--extensions-dir", extensionsDir] : []),
    // Without the driver the page ignores the payload that names extension, tests and file.
    "--enable-smoke-test-driver",
  ];
}

/** The server picks the free port itself and prints it, which leaves no gap for another process to take it. */
function waitUntilListening(child: ChildProcess): Promise<{ port: number; ended: Promise<never> }> {
  let output = "";
  const fail = (what: string): SetupError =>
    new SetupError(`VS Code's server ${what}. It said last:\n${lastLines(output, 25)}`);
  const ended = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(fail(`could not be started (${error.message})`)));
    child.once("exit", (code, signal) => reject(fail(`ended by itself (${signal ?? `code ${code}`})`)));
  });
  const listening = new Promise<{ port: number; ended: Promise<never> }>((resolve, reject) => {
    const timer = setTimeout(() => reject(fail(`was not ready in ${readyWithin / 1000} s`)), readyWithin);
    const onOutput = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve({ port: Number(port), ended });
    };
    child.stdout?.on("data", onOutput);
    child.stderr?.on("data", onOutput);
    ended.catch(() => clearTimeout(timer));
  });
  return Promise.race([listening, ended]);
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), 3000);
  await gone;
  clearTimeout(timer);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    return; // The whole group has ended already.
  }
}
