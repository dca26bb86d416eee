import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";

/** Rule groups as our fixes leave them, judged by Prometheus's own tool. */
describe("Rule files that fixes wrote", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "vllm-k8s-promtool-"));
    const { error } = spawnSync("promtool", ["--version"]);
    assert.equal(error, undefined, "promtool is needed: apt-get install prometheus");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const fixed = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".fixed.yaml"))
    .map((name) => ({ name, groups: groupsIn(readFileSync(join(__dirname, name), "utf8")) }))
    .filter(({ groups }) => groups.length > 0);

  it("are there to be checked", () => assert.ok(fixed.length >= 8, String(fixed.length)));

  for (const { name, groups } of fixed)
    it(name, () => {
      const file = join(folder, "rules.yaml");
      writeFileSync(file, stringify({ groups }));
      const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", file], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout + stderr);
    });
});

interface RuleObject {
  readonly kind?: unknown;
  readonly spec?: { readonly groups?: readonly object[] };
}

function groupsIn(text: string): readonly object[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as RuleObject | null;
    return object?.kind === "PrometheusRule" ? (object.spec?.groups ?? []) : [];
  });
}
