import assert from "node:assert/strict";
import fc from "fast-check";
import { unifiedDiff } from "../../src/hosts/cli/diff";

describe("a unified diff", () => {
  it("is empty for equal texts", () => {
    assert.deepEqual(unifiedDiff("a", "x\n", "x\n"), []);
  });

  it("shows changes with three lines around them", () => {
    const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    const after = before.replace("5\n", "5\nnew\n");
    assert.deepEqual(unifiedDiff("f", before, after), [
      "--- a/f", "+++ b/f", "@@ -3,6 +3,7 @@", " 3", " 4", " 5", "+new", " 6", " 7", " 8",
    ]); // prettier-ignore
  });

  it("tells of a missing line break at the end", () => {
    assert.deepEqual(unifiedDiff("f", "a", "b\n"), [
      "--- a/f", "+++ b/f", "@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+b",
    ]); // prettier-ignore
  });

  it("says of any text how it becomes another", () => {
    const text = fc
      .array(fc.constantFrom("a\n", "b\n", "c\r\n", "\n", "d\n"), { maxLength: 30 })
      .map((lines) => lines.join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.equal(patched(before, unifiedDiff("f", before, after)), after);
      }),
    );
  });
});

/** Applies a diff, and checks on the way that its context and numbers are right. */
function patched(before: string, diff: readonly string[]): string {
  const source = before.split(/(?<=\n)/).filter((line) => line !== "");
  const result: string[] = [];
  let at = 0;
  for (const line of diff.slice(2)) {
    const header = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (header) {
      const start = Number(header[1]) - (header[2] === "0" ? 0 : 1);
      while (at < start) result.push(source[at++] ?? "");
    } else if (line.startsWith("+")) {
      result.push(line.slice(1) + "\n");
    } else {
      assert.equal(source[at], line.slice(1) + "\n");
      if (line.startsWith(" ")) result.push(source[at] ?? "");
      at++;
    }
  }
  return [...result, ...source.slice(at)].join("");
}
