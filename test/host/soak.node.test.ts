import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, fixture } from "./editor";
import { work, writeManifests } from "./soak/person";
import { growth, judge } from "./soak/report";

/** The short form of `npm run soak`: enough to see that a document which is closed is let go. */
const FILES = 200;
const MINUTES = 3;
const WARM_UP = 1;
const GROWTH = 0.15;

describe("minutes of work", () => {
  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(fixture("soak"), { recursive: true });
  });

  it("leave memory flat and nothing unhandled", async function () {
    this.timeout(120_000);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(fixture("chat/server.yaml")));
    judge(await work(writeManifests(text, FILES), MINUTES, 1), WARM_UP, GROWTH);
  });

  it("are measured so that a leak is seen", () => {
    const leak = Array.from({ length: 30 }, (_, minute) => 50 + minute);
    assert.ok(growth(leak, 5) > 0.3);
    assert.ok(Math.abs(growth(leak.map(() => 50), 5)) < 1e-9); // prettier-ignore
  });
});
