import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCorpus } from "../../scripts/corpus/files";
import { unsettled } from "./settles";

describe("Fix-all settles: nothing fixable is left, a second run changes nothing", () => {
  it("on every fixture, with the fixes of all rules and of each that finds something", () => {
    const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".yaml"),
    );
    assert.ok(files.length > 900, `${files.length} fixtures`);
    assert.deepEqual(
      files.flatMap((file) => unsettled(file, readFileSync(join(__dirname, file), "utf8"))),
      [],
    );
  }).timeout(300_000);

  it("on the corpus, where CORPUS_DIR names one", function () {
    const folder = process.env.CORPUS_DIR;
    if (!folder) return this.skip();
    const files = readCorpus(folder).filter(({ text }) => text.length < 200_000);
    assert.deepEqual(
      files.flatMap(({ path, text }) => unsettled(path, text)),
      [],
    );
  }).timeout(600_000);
});
