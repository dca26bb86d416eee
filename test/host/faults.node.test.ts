import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { closeAll, finding, fixture, lensTitles, pause } from "./editor";

const SHM = "storage/shm-missing";
/** Folders of so many files each, and one folder with a great many. */
const FOLDERS = 160;
const FILES = 500;
const FLAT = 20_000;
/** Of an answer in the middle of all of them; alone it takes a third of a second. */
const LIMIT_MS = 10_000;
/** Until the editor's watchers have told of the new files. */
const SETTLED_MS = 5000;

describe("a workspace of 100,000 files", () => {
  const root = (): string => join(fixture(".").fsPath, "huge");
  const server = (): string => readFileSync(fixture("chat/server.yaml").fsPath, "utf8");

  before(async function () {
    this.timeout(120_000);
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";
    for (let i = 0; i < FOLDERS; i++) {
      const folder = join(root(), `team${i}`);
      mkdirSync(folder, { recursive: true });
      for (let k = 0; k < FILES; k++) writeFileSync(join(folder, `part${k}.yaml`), text);
    }
    mkdirSync(join(root(), "flat"));
    for (let i = 0; i < FLAT; i++) writeFileSync(join(root(), "flat", `part${i}.yaml`), "a: 1\n");
    for (const folder of ["team7", "flat", "."]) writeFileSync(join(root(), folder, "server.yaml"), server());
    await pause(SETTLED_MS);
  });
  after(async function () {
    this.timeout(120_000);
    await closeAll();
    rmSync(root(), { recursive: true, force: true });
  });

  for (const name of ["huge/team7/server.yaml", "huge/server.yaml", "huge/flat/server.yaml"])
    it(`is no burden to ${name}`, async () => {
      const before = process.memoryUsage().heapUsed;
      const started = performance.now();
      const { document } = await vscode.window.showTextDocument(fixture(name));
      await finding(document.uri, SHM);
      assert.equal((await lensTitles(document.uri)).length, 1);
      const time = performance.now() - started;
      const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
      console.log(`      findings and lens after ${time.toFixed(0)} ms, heap ${grown.toFixed(0)} MiB more`);
      assert.ok(time < LIMIT_MS, `${time.toFixed(0)} ms`);
    });
});
