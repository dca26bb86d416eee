import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { BAD, Cli } from "../cli/run-cli";
import { TextIndex } from "../../src/base/text";
import { Client } from "./client";

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly Found[];
}

interface Found {
  readonly code: string;
  readonly range: { readonly start: { readonly line: number }; readonly end: object };
  readonly message: string;
}

interface Action {
  readonly title: string;
  readonly kind: string;
  readonly edit?: { readonly changes: Record<string, readonly { newText: string }[]> };
}

const PULL = {
  textDocument: { diagnostic: {}, completion: { completionItem: { snippetSupport: true } } },
  workspace: {
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
};

describe("vllm-k8s lsp, by its protocol", () => {
  const cli = new Cli({ withLanguageServer: true });
  let client: Client;
  const NAME = "k8s/a b.yaml";
  const index = new TextIndex(BAD);

  beforeEach(() => {
    cli.write({ [NAME]: BAD });
    client = new Client(cli);
  });
  afterEach(() => client.kill());
  after(() => cli.clean());

  const at = (needle: string, by = 1): object => index.positionAt(BAD.indexOf(needle) + by);
  const here = (): object => ({ textDocument: { uri: client.uri(NAME) } });
  const pull = (previousResultId?: string): Promise<{ kind: string; resultId: string; items: Found[] }> =>
    client.request("textDocument/diagnostic", { ...here(), previousResultId });

  it("publishes findings to a client that waits, takes them back, and ends when told to", async () => {
    const offered = await client.start({});
    assert.equal(offered.diagnosticProvider, undefined);
    client.open(NAME, BAD);
    const isOurs = ({ uri }: Published): boolean => uri === client.uri(NAME);
    const { diagnostics } = await client.heard<Published>("textDocument/publishDiagnostics", isOurs);
    const codes = diagnostics.map(({ code }) => code);
    assert.ok(codes.includes("startup/vllm-port-service-collision"), codes.join());
    assert.ok(codes.includes("startup/liveness-kills-loading"), codes.join());
    const name = BAD.lastIndexOf("name: vllm");
    client.notify("textDocument/didChange", {
      textDocument: { uri: client.uri(NAME), version: 2 },
      contentChanges: [
        {
          range: index.rangeOf({ start: name, end: name + "name: vllm".length }),
          text: "name: chat",
        },
      ],
    });
    await client.heard<Published>(
      "textDocument/publishDiagnostics",
      (each) =>
        isOurs(each) &&
        each.diagnostics.length > 0 &&
        each.diagnostics.every(({ code }) => code !== "startup/vllm-port-service-collision"),
    );
    client.notify("textDocument/didClose", here());
    await client.heard<Published>(
      "textDocument/publishDiagnostics",
      (each) => isOurs(each) && each.diagnostics.length === 0,
    );
    assert.equal(await client.stop(), 0);
  });

  it("answers a client that asks, says when nothing changed, and asks it to ask again after a change on disk", async () => {
    const offered = await client.start(PULL);
    assert.ok(offered.diagnosticProvider);
    client.open(NAME, BAD);
    const first = await pull();
    assert.equal(first.kind, "full");
    assert.ok(first.items.length > 1);
    assert.equal((await pull(first.resultId)).kind, "unchanged");
    assert.ok(client.asked.includes("client/registerCapability"));
    writeFileSync(cli.path("k8s/.vllm-k8s.yaml"), "rules: {startup: off}\n");
    client.notify("workspace/didChangeWatchedFiles", { changes: [] });
    const second = await pull(first.resultId);
    assert.equal(second.kind, "full");
    assert.ok(second.items.every(({ code }) => !code.startsWith("startup/")));
    assert.ok(client.asked.includes("workspace/diagnostic/refresh"));
    assert.ok(client.notifications.every(({ method }) => method !== "textDocument/publishDiagnostics"));
    writeFileSync(cli.path("k8s/.vllm-k8s.yaml"), "");
  });

  it("takes the client's settings, and sees neighbours on disk", async () => {
    const [deployment = "", service = ""] = BAD.split("---\n");
    cli.write({ "two/a.yaml": deployment, "two/b.yaml": service });
    await client.start(PULL, {
      vllmK8s: { rules: { "startup/liveness-kills-loading": "hint" }, nonsense: 1 },
    });
    client.open("two/a.yaml", deployment);
    const textDocument = { uri: client.uri("two/a.yaml") };
    const ask = (): Promise<{ items: { code: string; severity: number }[] }> =>
      client.request("textDocument/diagnostic", { textDocument });
    const { items } = await ask();
    assert.ok(items.some(({ code }) => code === "startup/vllm-port-service-collision"));
    assert.equal(items.find(({ code }) => code === "startup/liveness-kills-loading")?.severity, 4);
    client.notify("workspace/didChangeConfiguration", {
      settings: { vllmK8s: { rules: { startup: "off" } } },
    });
    assert.ok((await ask()).items.every(({ code }) => !code.startsWith("startup/")));
  });

  it("offers fixes for what the client names, and all safe ones as a source action", async () => {
    await client.start(PULL);
    client.open(NAME, BAD);
    const found = (await pull()).items.find(({ code }) => code === "startup/vllm-port-service-collision");
    assert.ok(found);
    const ask = (context: object): Promise<Action[]> =>
      client.request("textDocument/codeAction", { ...here(), range: found.range, context });
    const named = await ask({ diagnostics: [{ ...found, source: "vllm-k8s" }] });
    assert.ok(named[0]?.edit?.changes[client.uri(NAME)], JSON.stringify(named));
    assert.ok(named.some(({ title }) => title.startsWith("Disable `startup/vllm-port-service-collision`")));
    const titles = (await ask({ diagnostics: [] })).map(({ title }) => title);
    assert.ok(named.every(({ title }) => titles.includes(title)));
    const all = await ask({ diagnostics: [], only: ["source.fixAll"] });
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ["source.fixAll.vllm-k8s"],
    );
  });

  it("answers hover, lens, completion, hints, outline, definition and rename", async () => {
    await client.start(PULL);
    client.open(NAME, BAD);
    const ask = <T>(method: string, params: object = {}): Promise<T> =>
      client.request<T>(`textDocument/${method}`, { ...here(), ...params });
    const hover = await ask<{ contents: { value: string } }>("hover", {
      position: at("Qwen/Qwen2.5-7B-Instruct"),
    });
    assert.match(hover.contents.value, /vLLM memory per GPU/);
    assert.doesNotMatch(hover.contents.value, /data:image/);
    const [lens] =
      await ask<{ command: { title: string; command: string; arguments: unknown[] } }[]>("codeLens");
    assert.match(lens?.command.title ?? "", /2 x L4/);
    await client.request("workspace/executeCommand", lens?.command);
    await client.heard<{ message: string }>("window/showMessage", ({ message }) => /KV cache/.test(message));
    const items = await ask<{ label: string }[]>("completion", { position: at("--tensor-parallel", 3) });
    assert.ok(items.some(({ label }) => label.includes("tensor-parallel-size")));
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    assert.ok(Array.isArray(await ask("inlayHint", { range })));
    const symbols = await ask<{ name: string; children: object[] }[]>("documentSymbol");
    assert.match(symbols[0]?.name ?? "", /vLLM server/);
    const label = at("{app: chat}\n  template", 7);
    const places = await ask<{ uri: string }[]>("definition", { position: label });
    assert.ok(places.length > 0 && places.every(({ uri }) => uri === client.uri(NAME)));
    const renamed = await ask<{ changes: Record<string, object[]> }>("rename", {
      position: label,
      newName: "talk",
    });
    assert.ok((renamed.changes[client.uri(NAME)]?.length ?? 0) >= 3);
    await assert.rejects(ask("rename", { position: label, newName: "not a label!" }));
  });

  it("keeps answering after text that is no YAML, unknown documents and unknown methods", async () => {
    await client.start(PULL);
    client.open(NAME, "vllm: [}\n\u0000- &a *a");
    assert.equal((await pull()).kind, "full");
    client.notify("textDocument/didChange", {
      textDocument: { uri: "file:///nowhere.yaml", version: 2 },
      contentChanges: [{ text: "a: b" }],
    });
    assert.equal(
      await client.request("textDocument/hover", { textDocument: { uri: "untitled:x" }, position: at("k") }),
      null,
    );
    await assert.rejects(client.request("textDocument/nothing", {}));
    client.open("k8s/.vllm-k8s.yaml", "rules: {startup/no-startup-prob: off}\n");
    const config = await client.request<{ items: Found[] }>("textDocument/diagnostic", {
      textDocument: { uri: client.uri("k8s/.vllm-k8s.yaml") },
    });
    assert.match(config.items[0]?.message ?? "", /Did you mean `startup\/no-startup-probe`/);
  });
});
