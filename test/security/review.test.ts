import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TARGETS } from "../fuzz/targets";

const root = join(__dirname, "..", "..");
const review = readFileSync(join(root, "SECURITY.md"), "utf8");

/** What a review of a reader of strangers' manifests has to speak of, as a threat of the table. */
const THREATS = [
  /manifests/i,
  /templates/i,
  /comments/i,
  /command links/i,
  /webview/i,
  /paths/i,
  /regular expressions/i,
  /__proto__/,
  /secrets/i,
  /supply chain/i,
  /cannot be read/i,
];

describe("SECURITY.md", () => {
  const rows = review
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (A threat|-)/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  it("has each threat, what stands against it, and a test", () => {
    for (const threat of THREATS)
      assert.ok(
        rows.some(([, what]) => threat.test(what ?? "")),
        String(threat),
      );
    for (const [, what, against, test] of rows)
      assert.ok(what && against && /test\/|fuzz target/.test(test ?? ""), what);
  });

  it("names tests that there are", () => {
    const named = [...review.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path]) => path ?? "");
    assert.ok(named.length > 10);
    for (const path of named) assert.ok(existsSync(join(root, path)), path);
    for (const [, target] of review.matchAll(/fuzz target `([\w-]+)`/g))
      assert.ok(
        TARGETS.some(({ name }) => name === target),
        target,
      );
  });
});
