import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as vscode from "vscode";
import { closeAll, fixture, inside, pause, until } from "../editor";

/** What a person does in a minute of work; the pauses between are left out. */
const KEYSTROKES = 200;
const BURST = 20;
/** Bursts between two rounds of questions. */
const ASKED_EVERY = 3;
/** After a burst, for longer than findings wait for the last keystroke. */
const REST_MS = 230;
const FILES_A_MINUTE = 2;
const FILES_A_FOLDER = 20;
/** Until the editor has told that its documents are closed. */
const SETTLED_MS = 500;

export interface Soak {
  readonly minutes: number;
  /** Bytes in use in the extension host after each sitting, when all is closed and garbage collected. */
  readonly heap: readonly number[];
  /** Milliseconds of each answer, by what was asked for. */
  readonly answers: ReadonlyMap<string, readonly number[]>;
  readonly rejections: readonly string[];
  readonly keystrokes: number;
}

/** A workspace of folders with a server, its Service and autoscaler, and manifests that have nothing to do with vLLM. */
export function writeManifests(server: string, files: number): readonly string[] {
  const servers: string[] = [];
  for (let i = 0; i < files; i++) {
    const folder = `soak/team${Math.floor(i / FILES_A_FOLDER)}`;
    const name = `app-${i}`;
    const kind = i % 4;
    const path = `${folder}/${name}.yaml`;
    const texts = [
      server.replaceAll("chat", name),
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector: { app: app-${i - 1} }\n  ports: [{ port: 8000 }]\n`,
      `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: ${name}\nspec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: app-${i - 2} }\n  maxReplicas: 4\n`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "${"x".repeat(500)}"\n`,
    ];
    const file = join(fixture(".").fsPath, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, texts[kind] ?? "");
    if (kind === 0) servers.push(path);
  }
  return servers;
}

/** Types, saves, opens, closes and asks through so many minutes of work; after each sitting of a few everything is closed. */
export async function work(servers: readonly string[], minutes: number, sitting: number): Promise<Soak> {
  const answers = new Map<string, number[]>();
  const rejections: string[] = [];
  const reject = (reason: unknown): void => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    if (text.includes("/dist/")) rejections.push(text);
  };
  process.on("unhandledRejection", reject);
  const heap: number[] = [];
  let keystrokes = 0;
  for (let minute = 0; minute < minutes; minute++) {
    for (let k = 0; k < FILES_A_MINUTE; k++) {
      const name = servers[(minute * 7 + k * 13) % servers.length];
      assert.ok(name);
      keystrokes += await visit(await opened(name), answers);
    }
    if (minute % sitting !== sitting - 1) continue;
    await closeAll();
    await pause(SETTLED_MS);
    heap.push(heapInUse());
    // A run that says nothing for long is taken for stuck.
    console.log(`      minute ${minute + 1}: ${((heap.at(-1) ?? 0) / 2 ** 20).toFixed(1)} MiB`);
  }
  process.off("unhandledRejection", reject);
  return { minutes, heap, answers, rejections, keystrokes };
}

/** Opens a file as a person does: a document that an extension asks for is kept by the editor for three minutes. */
async function opened(name: string): Promise<vscode.TextEditor> {
  const uri = fixture(name);
  await vscode.commands.executeCommand("vscode.open", uri);
  const active = (): vscode.TextEditor | undefined => vscode.window.activeTextEditor;
  const editor = await until(name, active, (shown) => shown?.document.uri.toString() === uri.toString());
  assert.ok(editor);
  return editor;
}

/** Types on a line and takes it back, changes an option and changes it back, asks everything in between, and saves. */
async function visit(editor: vscode.TextEditor, answers: Map<string, number[]>): Promise<number> {
  let typed = 0;
  const total = KEYSTROKES / FILES_A_MINUTE;
  while (typed < total) {
    const length = editor.document.lineAt(0).text.length;
    const end = (): vscode.Position => editor.document.lineAt(0).range.end;
    const option = inside(editor.document, "--max-model-len").translate(0, "max-model-len=".length);
    for (let i = 0; i < BURST / 2; i++, typed++) await editor.edit((edit) => edit.insert(end(), "x"));
    for (let i = 0; i < BURST / 4; i++, typed++) await editor.edit((edit) => edit.insert(option, "1"));
    if (typed % (ASKED_EVERY * BURST) < BURST) await ask(editor.document, answers);
    await pause(REST_MS);
    const digits = new vscode.Range(option, option.translate(0, BURST / 4));
    await editor.edit((edit) => edit.delete(digits));
    await editor.edit((edit) => edit.delete(new vscode.Range(0, length, 0, end().character)));
    typed += 2;
  }
  await editor.document.save();
  return typed;
}

/** Asks each provider once, as the editor does. */
async function ask(document: vscode.TextDocument, answers: Map<string, number[]>): Promise<void> {
  const { uri } = document;
  const at = inside(document, "--max-model-len");
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const questions: [string, string, ...unknown[]][] = [
    ["hover", "vscode.executeHoverProvider", uri, at],
    ["completion", "vscode.executeCompletionItemProvider", uri, at],
    ["lens", "vscode.executeCodeLensProvider", uri, 50],
    ["code action", "vscode.executeCodeActionProvider", uri, whole],
    ["inlay hint", "vscode.executeInlayHintProvider", uri, whole],
    ["symbol", "vscode.executeDocumentSymbolProvider", uri],
    ["definition", "vscode.executeDefinitionProvider", uri, at],
    ["reference", "vscode.executeReferenceProvider", uri, inside(document, "name: app")],
    ["link", "vscode.executeLinkProvider", uri],
  ];
  for (const [what, command, ...args] of questions) {
    const started = performance.now();
    await vscode.commands.executeCommand(command, ...args);
    const times = answers.get(what) ?? [];
    times.push(performance.now() - started);
    answers.set(what, times);
  }
}

function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
