import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, until } from "./editor";

const inBrowser = typeof (globalThis as { importScripts?: unknown }).importScripts === "function";

describe("live metrics", () => {
  const { showInformationMessage } = vscode.window;
  let said: string[] = [];

  beforeEach(() => {
    said = [];
    Object.assign(vscode.window, {
      showInformationMessage: (text: string) => {
        said.push(text);
        return Promise.resolve(undefined);
      },
    });
  });
  afterEach(() => {
    Object.assign(vscode.window, { showInformationMessage });
  });

  it(`say ${inBrowser ? "that a browser has no kubeconfig" : "what to open first"}, once for each time they are asked for`, async () => {
    await closeAll();
    await vscode.commands.executeCommand("vllmK8s.openLiveMetrics");
    await until(
      "a message",
      () => said,
      (texts) => texts.length > 0,
    );
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? "",
      inBrowser ? /In the browser there is no kubeconfig/ : /Open a manifest with a vLLM server/,
    );
  });
});
