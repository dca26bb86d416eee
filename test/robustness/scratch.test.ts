import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MODULE = resolve(__dirname, "../../scripts/corpus/scratch");

describe("The scale run's folder", () => {
  const root = mkdtempSync(join(tmpdir(), "scratch-test-"));
  after(() => rmSync(root, { recursive: true }));

  /** A process that makes a folder, says its name and waits. */
  function owner(): Promise<{ folder: string; end: (signal: NodeJS.Signals) => Promise<void> }> {
    const code = `console.log(require(${JSON.stringify(MODULE)}).scratchFolder("scale", ${JSON.stringify(root)})); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--import", require.resolve("tsx"), "-e", code]);
    const closed = new Promise<void>((done) => child.once("close", () => done()));
    return new Promise((done, fail) => {
      child.once("error", fail);
      child.stdout.once("data", (chunk: Buffer) =>
        done({ folder: chunk.toString().trim(), end: (signal) => (child.kill(signal), closed) }),
      );
    });
  }

  it("goes when its process is ended, and with the next run when that was killed", async () => {
    const ended = await owner();
    assert.ok(existsSync(ended.folder));
    await ended.end("SIGTERM");
    assert.deepEqual(readdirSync(root), []);
    const killed = await owner();
    await killed.end("SIGKILL");
    assert.ok(existsSync(killed.folder));
    const [next, beside] = [await owner(), await owner()];
    assert.ok(!existsSync(killed.folder), "left behind by a process that is dead");
    assert.ok(existsSync(next.folder), "of a process that works");
    await Promise.all([next.end("SIGTERM"), beside.end("SIGTERM")]);
    assert.deepEqual(readdirSync(root), []);
  }).timeout(30_000);
});
