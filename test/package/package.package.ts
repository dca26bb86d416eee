import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { name, version } from "../../package.json";
import { BUNDLED } from "../../scripts/package/bundled";
import { BAD } from "../cli/run-cli";
import { namesIn } from "./zip";

const root = resolve(__dirname, "../..");
const release = join(root, "dist", "release");
const vsix = join(release, `${name}-${version}.vsix`);
const script = join(root, "scripts", "package.ts");

/** Packages what `npm run build` made. */
function makePackage(): void {
  execFileSync(process.execPath, ["--import", "tsx", script], { cwd: root, stdio: "pipe" });
}

describe("the .vsix", () => {
  before(makePackage);

  it("is the same bytes when it is made again", () => {
    const first = readFileSync(vsix);
    for (const file of readdirSync(join(root, "dist"))) utimesSync(join(root, "dist", file), 1e9, 1e9);
    makePackage();
    assert.ok(readFileSync(vsix).equals(first));
  });

  it("is under 1.5 MB and has what is needed, and nothing else", () => {
    assert.ok(statSync(vsix).size < 1_500_000, `${statSync(vsix).size}`);
    const names = namesIn(readFileSync(vsix));
    const allowed = [
      /^\[Content_Types\]\.xml$/,
      /^extension\.vsixmanifest$/,
      /^extension\/(package(\.nls)?\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD-PARTY-NOTICES\.txt)$/,
      /^extension\/dist\/(extension|web|live|shell|promql)\.js$/,
      /^extension\/dist\/catalogues\.json$/,
      /^extension\/dist\/webview\/[a-z-]+\.(js|css)$/,
      /^extension\/docs\/(config\.schema\.json|images\/icon\.png|walkthrough\/[a-z]+\.svg|rules\/[a-zA-Z-]+(\/[a-z0-9-]+)?\.md)$/,
      /^extension\/examples\/(article|broken|good)\/[a-z0-9-]+\.yaml$/,
      /^extension\/(snippets|syntaxes)\/[a-zA-Z0-9.-]+\.json$/,
      /^extension\/l10n\/bundle\.l10n\.json$/,
    ];
    assert.deepEqual(
      names.filter((each) => !allowed.some((pattern) => pattern.test(each))),
      [],
    );
    for (const each of [
      "package.json",
      "dist/extension.js",
      "dist/web.js",
      "dist/shell.js",
      "dist/promql.js",
      "dist/catalogues.json",
      "docs/images/icon.png",
      "docs/walkthrough/examples.svg",
      "examples/broken/llama-70b.yaml",
      "l10n/bundle.l10n.json",
      "THIRD-PARTY-NOTICES.txt",
    ])
      // prettier-ignore
      assert.ok(names.includes(`extension/${each}`), each);
  });

  it("comes with a bill of materials that tells what is bundled from what builds", () => {
    const { bomFormat, components } = JSON.parse(
      readFileSync(join(release, `${name}-${version}.cdx.json`), "utf8"),
    ) as {
      bomFormat: string;
      components: { name: string; scope: string; "bom-ref": string; hashes?: unknown }[];
    };
    assert.equal(bomFormat, "CycloneDX");
    const required = components.filter(({ scope }) => scope === "required");
    assert.deepEqual(required.map((each) => each.name).sort(), [...BUNDLED]);
    assert.ok(required.every(({ hashes }) => hashes !== undefined));
    assert.equal(new Set(components.map((each) => each["bom-ref"])).size, components.length);
  });
});

describe("the npm package", () => {
  const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-npm-"));
  const bin = join(folder, "node_modules", ".bin", "vllm-k8s");
  after(() => rmSync(folder, { recursive: true, force: true }));

  before(() => {
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
    const archive = join(folder, `${name}-${version}.tgz`);
    execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--prefix", folder, archive]);
  });

  it("holds the command line, the language server, licences and a page", () => {
    const files = readdirSync(join(folder, "node_modules", name), { recursive: true, encoding: "utf8" });
    assert.deepEqual(files.filter((file) => /\./.test(file.slice(file.lastIndexOf("/") + 1))).sort(), [
      "CHANGELOG.md", "README.md", "THIRD-PARTY-NOTICES.txt", "dist/cli.js", "dist/lsp.js", "docs/editors.md", "package.json"]); // prettier-ignore
    assert.ok(files.includes("LICENSE"));
  });

  it("tells its version, lints and starts the language server in an empty folder", () => {
    assert.equal(execFileSync(bin, ["--version"], { encoding: "utf8" }), `${version}\n`);
    writeFileSync(join(folder, "a.yaml"), BAD);
    const lint = spawnSync(bin, ["lint", "--quiet", "a.yaml"], { cwd: folder, encoding: "utf8" });
    assert.equal(lint.status, 1);
    assert.match(lint.stdout, /startup\/vllm-port-service-collision/);
    const messages = [
      { id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } },
      { id: 2, method: "shutdown" },
      { method: "exit" },
    ].map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }));
    const input = messages.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`).join("");
    // The client does not go away before it has its answers.
    const server = spawnSync("sh", ["-c", `(cat; sleep 10) | "${bin}" lsp`], { encoding: "utf8", input });
    assert.equal(server.status, 0, server.stderr);
    assert.match(server.stdout, /"hoverProvider":true/);
  });
});
