import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, finding, fixture, lensTitles, open, pause, setting, waitForRules } from "./editor";
import { FaultyFiles } from "./faulty-files";

const SHM = "storage/shm-missing";

describe("faults", () => {
  const files = new FaultyFiles();
  let registered: vscode.Disposable;
  let server: string;
  let folder = 0;

  before(async () => {
    registered = vscode.workspace.registerFileSystemProvider(FaultyFiles.scheme, files, {
      isCaseSensitive: true,
    });
    server = new TextDecoder().decode(await vscode.workspace.fs.readFile(fixture("chat/server.yaml")));
  });
  after(() => void registered.dispose());
  afterEach(async () => {
    files.delay = 0;
    await closeAll();
  });

  /** A server's manifest in a folder of its own. */
  function fresh(): { at: string; uri: vscode.Uri } {
    const at = `/work${folder++}`;
    return { at, uri: files.put(`${at}/server.yaml`, server) };
  }

  async function findsIn(uri: vscode.Uri): Promise<vscode.TextDocument> {
    const { document } = await vscode.window.showTextDocument(uri);
    await finding(uri, SHM);
    return document;
  }

  it("files beside it that vanish, are forbidden or out of reach leave the findings of a manifest", async () => {
    const { at, uri } = fresh();
    for (const reason of ["vanished", "forbidden", "unavailable"] as const) {
      files.put(`${at}/${reason}.yaml`, server);
      files.broken.set(`${at}/${reason}.yaml`, reason);
    }
    await findsIn(uri);
  });

  it("a folder that cannot be listed leaves them too", async () => {
    const { at, uri } = fresh();
    files.closed.set(at, "forbidden");
    await findsIn(uri);
  });

  it("links that lead in a circle end", async () => {
    const { at, uri } = fresh();
    files.put(`${at}/kustomization.yaml`, "# vllm\nresources: [loop, loop/loop, server.yaml, ..]\n");
    files.links.set(`${at}/loop`, at);
    // Deployed by a kustomization elsewhere, as far as anybody can tell: only what is written counts.
    await vscode.workspace.openTextDocument(uri);
    await finding(uri, "memory/gpu-memory-utilization-high");
    const asked = files.asked;
    await pause(500);
    assert.ok(files.asked - asked < 20, "nothing is read for ever");
  });

  it("files of other encodings, of one huge line, of nothing but zeros, and no text at all are passed over", async () => {
    const { at, uri } = fresh();
    const wide = new Uint8Array(2 + 2 * server.length);
    wide.set([0xff, 0xfe]);
    [...server].forEach((letter, i) =>
      wide.set([letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8], 2 + 2 * i),
    );
    files.put(`${at}/utf16.yaml`, wide);
    files.put(`${at}/line.yaml`, `vllm: [${"a,".repeat(400_000)}a]\n`);
    files.put(`${at}/zeros.yaml`, new Uint8Array(50_000));
    files.put(
      `${at}/bytes.yaml`,
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256),
    );
    files.put(`${at}/empty.yaml`, "");
    await findsIn(uri);
  });

  it("a manifest in UTF-16 is read as the editor reads it", async () => {
    const { at } = fresh();
    const wide = new Uint8Array(2 + 2 * server.length);
    wide.set([0xff, 0xfe]);
    [...server].forEach((letter, i) =>
      wide.set([letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8], 2 + 2 * i),
    );
    const document = await findsIn(files.put(`${at}/wide.yaml`, wide));
    assert.equal(document.getText().length, server.length);
  });

  it("a slow file system holds up neither the editor nor other manifests", async () => {
    const { at, uri } = fresh();
    for (let i = 0; i < 10; i++)
      files.put(`${at}/part${i}.yaml`, `# vllm\napiVersion: v1\nkind: Service\nmetadata: {name: s${i}}\n`);
    files.delay = 400;
    const slow = vscode.workspace.openTextDocument(uri);
    const started = Date.now();
    const { document } = await open("chat/server.yaml");
    await finding(document.uri, SHM);
    assert.ok((await lensTitles(document.uri)).length > 0);
    console.log(`      beside a slow file system: findings after ${Date.now() - started} ms`);
    await slow;
    await vscode.window.showTextDocument(uri);
    await finding(uri, SHM);
  });

  it("a file that is removed, comes back and changes on disk is followed", async () => {
    const { at, uri } = fresh();
    await findsIn(uri);
    files.remove(`${at}/server.yaml`);
    await pause(100);
    files.put(`${at}/server.yaml`, server);
    await vscode.window.showTextDocument(uri);
    await finding(uri, SHM);
  });

  it("settings of the wrong type count as not written", async () => {
    const wrong: [string, unknown][] = [
      ["enable", "yes"], ["assume.gpu", 5], ["assume.gpu", ["H100"]], ["assume.vllmVersion", { a: 1 }], ["rules", "off"], ["rules", null], ["rules", [1]],
      ["rules", { [SHM]: 7, __proto__: "off" }], ["lens.sizing", "maybe"], ["models", 3], ["models", { "a/b": 4 }], ["inlayHints.defaults", 9],
    ]; // prettier-ignore
    const { document } = await open("chat/server.yaml");
    for (const [name, value] of wrong) {
      await setting(name, value);
      await waitForRules(
        document.uri,
        (rules) => rules.includes(SHM),
        `findings with ${name}: ${JSON.stringify(value)}`,
      );
      await lensTitles(document.uri);
      await setting(name, undefined);
    }
  });
});
