import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import type { Service } from "../../src/service";
import { applyFileEdits } from "../apply";
import { mismatch, readFixture, type Fixture } from "./fixture";
import { serviceWith as serviceOf } from "../service";

export const UPDATE = process.env["UPDATE"] === "1";

const serviceWith = (path: string, text: string): Service => serviceOf({ [path]: text });

function findingsOf(service: Service, path: string, rule: string) {
  return service.diagnostics(path).filter((d) => d.rule === rule);
}

/** Throws unless a rule finds in a fixture exactly what its comments say. */
export function checkFindings(fixture: Fixture, path: string, rule: string): void {
  const found = [...findingsOf(serviceWith(path, fixture.text), path, rule)];
  const expected = fixture.expected.filter((e) => e.rule === rule);
  for (const expectation of expected) {
    const index = found.findIndex((f) => mismatch(expectation, f) === undefined);
    const near = found.find((f) => f.range.start.line === expectation.line) ?? found[0];
    const why = near ? mismatch(expectation, near) : "no finding at all";
    assert.notEqual(index, -1, `line ${expectation.line + 1} expects ${expectation.rule}, but: ${why}`);
    found.splice(index, 1);
  }
  const extra = found.map((f) => `${f.range.start.line + 1}:${f.range.start.character} ${f.message}`);
  assert.deepEqual(extra, [], "unexpected findings");
}

/** Throws unless a rule's fixes make the fixed file, end their findings, and change nothing the second time. */
export function checkFix(source: string, fixedFile: string, path: string, rule: string): void {
  const before = readFixture(source).text;
  const service = serviceWith(path, before);
  const after = applyFileEdits(before, service.fixAll(path, rule));
  if (UPDATE) writeFileSync(fixedFile, after);
  assert.equal(after, readFileSync(fixedFile, "utf8"));
  const again = serviceWith(path, after);
  assert.deepEqual(again.fixAll(path, rule), [], "a second run of the fix must change nothing");
  const still = findingsOf(again, path, rule).filter((d) => d.fixable);
  assert.deepEqual(
    still.map((d) => d.message),
    [],
    "the fix must end its own finding",
  );
}
