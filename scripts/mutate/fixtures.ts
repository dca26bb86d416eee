import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../../src/rules/define";
import { RULES } from "../../src/rules/index";
import { checkFindings, checkFix } from "../../test/rules/check";
import { readFixture, type Fixture } from "../../test/rules/fixture";
import { repoRoot } from "../vscode/paths";

interface FixtureFile {
  readonly path: string;
  readonly source: string;
  readonly fixture: Fixture;
  readonly fixed: string | undefined;
}

/** The fixtures of one rule, and whether they notice a change of it. For a moment the list of rules holds the changed one. */
export class RuleFixtures {
  private readonly files: readonly FixtureFile[];

  constructor(private readonly rule: Rule) {
    this.files = readFixtures(rule.id);
  }

  /** True when at least one fixture notices that another rule stands in for this one. */
  notice(other: Rule): boolean {
    const rules = RULES as Rule[];
    const real = [...rules];
    try {
      real.forEach((rule, i) => (rules[i] = rule === this.rule ? other : { ...rule, check: findNothing }));
      for (const file of this.files) this.checkFile(file);
      return false;
    } catch {
      // An assertion that fails, or a mutant that throws: either way it did not pass.
      return true;
    } finally {
      rules.splice(0, rules.length, ...real);
    }
  }

  private checkFile({ path, source, fixture, fixed }: FixtureFile): void {
    checkFindings(fixture, path, this.rule.id);
    if (fixed !== undefined) checkFix(source, fixed, path, this.rule.id);
  }
}

function readFixtures(id: string): readonly FixtureFile[] {
  const folder = join(repoRoot, "test", "rules", id);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(".yaml") && !name.endsWith(".fixed.yaml"))
    .map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      const fixed = join(folder, name.replace(/\.yaml$/, ".fixed.yaml"));
      return {
        path: `${id}/${name}`,
        source,
        fixture: readFixture(source),
        fixed: existsSync(fixed) ? fixed : undefined,
      };
    });
}

function findNothing(): void {
  // The other rules are not asked.
}
