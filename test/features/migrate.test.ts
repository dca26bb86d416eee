import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { migrationText } from "../../src/features/migration/migrate-text";
import type { Service } from "../../src/service";
import { applyFileEdits } from "../apply";
import { serviceWith as serviceOf } from "../service";

const PATH = "/w/chat.yaml";
const OLD = readFileSync(join(__dirname, "migrate.yaml"), "utf8");

const serviceWith = (text: string): Service => serviceOf({ [PATH]: text });

function migrated(text: string, to: string) {
  const migration = serviceWith(text).migrate(PATH, to);
  assert.ok(migration);
  return { migration, text: applyFileEdits(text, migration.edits) };
}

describe("Migration to another release", () => {
  const { migration, text } = migrated(OLD, "0.28.0");

  it("moves image, options, variables and metric names, and nothing else", () => {
    const gone = /--(disable-log-requests|swap-space|num-scheduler-steps)|VLLM_USE_V1|gpu_cache_usage/;
    assert.match(OLD, gone);
    assert.doesNotMatch(text, gone);
    assert.match(text, /image: "vllm\/vllm-openai:v0\.28\.0" # keep/);
    assert.match(text, /query: sum\(vllm:kv_cache_usage_perc\{namespace="llm"\}\)/);
    const kept = OLD.split("\n").filter((line) => !gone.test(line) && !line.includes("v0.8.5"));
    for (const line of kept) assert.ok(text.includes(line), line);
  });

  it("says what it did, what the server has room for then, and which defaults that comes from", () => {
    assert.equal(migration.done.length, 6);
    assert.deepEqual(migration.left, []);
    const [server] = migration.servers;
    assert.deepEqual(server?.defaults, [{ flag: "--gpu-memory-utilization", from: "0.9", to: "0.92" }]);
    assert.ok((server.after.kv.tokens ?? 0) > (server.before.kv.tokens ?? Infinity));
    assert.match(migrationText(migration), /Default of `--gpu-memory-utilization`: 0\.9 → 0\.92/);
  });

  it("has nothing to do the second time", () => {
    assert.deepEqual(migrated(text, "0.28.0").migration.edits, []);
  });

  it("gives the size that the changed manifest has by itself", () => {
    const own = serviceWith(text).sizes(PATH)[0];
    assert.deepEqual(migration.servers[0]?.after.kv, own?.kv);
  });

  it("leaves an image alone whose tag does not tell, and says so", () => {
    for (const image of [
      "vllm/vllm-openai:latest",
      "registry.local/team/vllm:v7",
      "vllm/vllm-openai:{{ .tag }}",
    ]) {
      const result = migrated(OLD.replace("vllm/vllm-openai:v0.8.5", image), "0.28.0");
      assert.ok(result.text.includes(image));
      assert.match(result.migration.left.join("\n"), /stays/);
    }
  });

  it("moves a chart's tag", () => {
    const values =
      "servingEngineSpec:\n  modelSpec:\n    - name: a\n      repository: vllm/vllm-openai\n      tag: v0.8.5\n      modelURL: Qwen/Qwen3-8B\n";
    assert.match(migrated(values, "0.28.0").text, /tag: v0\.28\.0\n/);
  });

  it("knows no release that the catalogue does not cover", () => {
    for (const to of ["", "x", "1.2.0", "0.99.0"])
      assert.equal(serviceWith(OLD).migrate(PATH, to), undefined);
    assert.equal(serviceWith(OLD).migrate("/w/other.yaml", "0.28.0"), undefined);
  });
});
