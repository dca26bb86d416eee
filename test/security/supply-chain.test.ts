import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { verdictOf } from "../../scripts/audit/verdict";

const root = join(__dirname, "..", "..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean }>
  >;
}

describe("supply chain", () => {
  const manifest = read("package.json") as Manifest;

  it("every dependency is pinned to one version", () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
  });

  it("nothing runs when the package is installed", () => {
    for (const hook of ["preinstall", "install", "postinstall", "prepublish"])
      assert.ok(!Object.hasOwn(manifest.scripts, hook), hook);
  });

  it("the lockfile takes packages from the npm registry alone, each with its hash", () => {
    const { packages } = read("package-lock.json") as Lock;
    for (const [name, { resolved, integrity, inBundle }] of Object.entries(packages)) {
      if (name === "" || inBundle === true) continue;
      // Without an address a package comes from the registry that npm is set to.
      assert.match(resolved ?? "https://registry.npmjs.org/", /^https:\/\/registry\.npmjs\.org\//, name);
      assert.match(integrity ?? "", /^sha512-/, name);
    }
  });

  it("no source evaluates text as code, but for the parts of itself that the extension loads late in a browser", () => {
    const loader = join("hosts", "vscode", "main.ts");
    const own = readFileSync(join(root, "src", loader), "utf8");
    assert.deepEqual(own.match(/\bread\("[^"]*"\)/g), [
      'read("catalogues.json")',
      'read("shell.js")',
      'read("promql.js")',
    ]);
    assert.equal(own.split("new Function(").length, 2);
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
    for (const name of files.filter((each) => /\.(ts|js)$/.test(each))) {
      const text = readFileSync(join(root, "src", name), "utf8");
      assert.doesNotMatch(
        name === loader ? text.replace("new Function(", "") : text,
        /\beval\(|new Function\(|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write/,
        name,
      );
    }
  });

  it("the audit fails on what is grave, and says when the registry could not be asked", () => {
    const audit = (severity: string): string =>
      JSON.stringify({ vulnerabilities: { left: { severity, range: "<1.0.1" } } });
    assert.equal(verdictOf(audit("high")).kind, "vulnerable");
    assert.equal(verdictOf(`npm warn x\n${audit("critical")}\nnpm error y`).kind, "vulnerable");
    assert.equal(verdictOf(audit("moderate")).kind, "clean");
    assert.equal(verdictOf('{"vulnerabilities":{}}').kind, "clean");
    assert.deepEqual(verdictOf('{"statusCode":405,"body":""}'), {
      kind: "unknown",
      reason: "the registry gives status 405 for an audit",
    });
    assert.equal(verdictOf("npm error network").kind, "unknown");
  });
});
