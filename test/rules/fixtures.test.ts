import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../src/rules/index";
import { checkFindings, checkFix, UPDATE } from "./check";
import { readFixture } from "./fixture";

const HERE = join(__dirname);

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
