import * as vscode from "vscode";
import { closeAll, fixture } from "../editor";
import { work, writeManifests } from "./person";
import { judge } from "./report";

const FILES = 5000;
const MINUTES = 60;
const SITTING = 3;
/** Sittings, 12 minutes. */
const WARM_UP = 4;
const GROWTH = 0.05;

describe("an hour of work", () => {
  after(closeAll);

  it(`in ${FILES} manifests leaves memory flat and nothing unhandled`, async function () {
    this.timeout(30 * 60_000);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(fixture("chat/server.yaml")));
    judge(await work(writeManifests(text, FILES), MINUTES, SITTING), WARM_UP, GROWTH);
  });
});
