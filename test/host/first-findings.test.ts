import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, fixture } from "./editor";

/** Milliseconds from asking the editor for a file to findings in the Problems view, in a folder that nobody has looked at. */
const GOAL = 300;
/** Over the goal on a busy machine; a regression is several times this. */
const CEILING = 1000;
const RUNS = 7;

describe("first findings", () => {
  afterEach(closeAll);

  it(`come within ${CEILING} ms of opening a manifest in a new folder`, async () => {
    const text = await vscode.workspace.fs.readFile(fixture("chat/server.yaml"));
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const uri = fixture(`cold${run}/server.yaml`);
      await vscode.workspace.fs.writeFile(uri, text);
      times.push(await untilFindings(uri));
      await closeAll();
      await vscode.workspace.fs.delete(fixture(`cold${run}`), { recursive: true });
    }
    console.log(
      `      open to first findings in ms (goal ${GOAL}): ${times.map((ms) => ms.toFixed(0)).join(", ")}`,
    );
    // The fastest run: the others tell how busy the machine is.
    const best = Math.min(...times);
    assert.ok(best < CEILING, `${best.toFixed(0)} ms`);
  });
});

async function untilFindings(uri: vscode.Uri): Promise<number> {
  const started = performance.now();
  let listening: vscode.Disposable | undefined;
  const found = new Promise<number>((resolve) => {
    listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const isOurs = uris.some((each) => each.toString() === uri.toString());
      if (isOurs && vscode.languages.getDiagnostics(uri).length > 0) resolve(performance.now() - started);
    });
  });
  await vscode.window.showTextDocument(uri);
  const time = await found;
  listening?.dispose();
  return time;
}
