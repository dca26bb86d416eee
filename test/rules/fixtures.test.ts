import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../src/rules/index";
import { createService, type Service } from "../../src/service";
import { DEFAULT_SETTINGS } from "../../src/features/settings";
import { applyFileEdits } from "../apply";
import { mismatch, readFixture, type Fixture } from "./fixture";

const HERE = join(__dirname);
const UPDATE = process.env["UPDATE"] === "1";

function serviceWith(path: string, text: string): Service {
  const service = createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-11-24",
    ruleFailed: (rule, error) => {
      throw new Error(`${rule} threw`, { cause: error });
    },
  });
  service.setFile(path, text);
  return service;
}

function findingsOf(service: Service, path: string, rule: string) {
  return service.diagnostics(path).filter((d) => d.rule === rule);
}

function checkFindings(fixture: Fixture, path: string, rule: string): void {
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

function checkFix(source: string, fixedFile: string, path: string, rule: string): void {
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

describe("Rules", () => {
  for (const rule of RULES) {
    describe(rule.id, () => {
      const folder = join(HERE, rule.id);
      const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith(".yaml")) : [];

      it("has a hit, a clean, a templated and, with a fix, a fixed fixture", () => {
        const has = (pattern: RegExp) => files.some((f) => pattern.test(f));
        assert.ok(has(/^hit/), "no hit*.yaml");
        assert.ok(has(/^clean/), "no clean*.yaml");
        assert.ok(has(/^templated/), "no templated.yaml");
        if (rule.fix !== "none") assert.ok(has(/\.fixed\.yaml$/), "no *.fixed.yaml");
      });

      it("names its reasons", () => {
        assert.ok(rule.summary.endsWith(".") && rule.why.length > 80 && rule.sources.length > 0);
      });

      for (const file of files.filter((f) => !f.endsWith(".fixed.yaml"))) {
        const path = `${rule.id}/${file}`;
        const source = readFileSync(join(folder, file), "utf8");
        it(`${file}: finds what its comments say`, () => {
          const fixture = readFixture(source);
          if (!file.startsWith("hit"))
            assert.deepEqual(fixture.expected, [], "only hit*.yaml may expect findings");
          else
            assert.ok(
              fixture.expected.some((e) => e.rule === rule.id),
              "a hit fixture must expect a finding",
            );
          checkFindings(fixture, path, rule.id);
        });
        const fixed = join(folder, file.replace(/\.yaml$/, ".fixed.yaml"));
        if (existsSync(fixed) || (UPDATE && file.startsWith("hit") && rule.fix !== "none")) {
          it(`${file}: is fixed`, () => checkFix(source, fixed, path, rule.id));
        }
      }
    });
  }

  it("have fixture folders, and no folder is without its rule", () => {
    const ids = new Set<string>(RULES.map((rule) => rule.id));
    const folders = readdirSync(HERE, { withFileTypes: true })
      .filter((group) => group.isDirectory())
      .flatMap((group) => readdirSync(join(HERE, group.name)).map((name) => `${group.name}/${name}`));
    assert.deepEqual(
      folders.filter((folder) => !ids.has(folder)),
      [],
    );
    assert.equal(ids.size, RULES.length, "two rules share an id");
  });
});
