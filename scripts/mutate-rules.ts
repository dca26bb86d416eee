import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Rule } from "../src/rules/define";
import { RULES } from "../src/rules/index";
import { RuleFixtures } from "./mutate/fixtures";
import { RULES_FOLDER, RuleLoader } from "./mutate/load";
import { mutantsOf, type Mutant } from "./mutate/mutants";
import { TypeChecker } from "./mutate/types";

/**
 * `npm run mutate [-- FILTER ...]`: changes one condition of a rule at a time and runs the rule's fixtures. A change that no fixture
 * notices is printed: a condition that could go, or a fixture that is missing. A filter is a part of a rule's id. Helpers that stand
 * beside the rules of a group are changed too, and count as noticed when a fixture of any rule of the group does. What the compiler
 * refuses counts as noticed as well: such a condition is there for the types.
 */
function main(filters: readonly string[]): number {
  const started = Date.now();
  const types = new TypeChecker();
  let total = 0;
  let surviving = 0;
  for (const group of readdirSync(RULES_FOLDER, { withFileTypes: true })) {
    if (!group.isDirectory()) continue;
    for (const file of readdirSync(join(RULES_FOLDER, group.name))) {
      const name = `${group.name}/${file.replace(/\.ts$/, "")}`;
      if (filters.length > 0 && !filters.some((filter) => name.includes(filter))) continue;
      const { mutants, survivors } = survivorsIn(group.name, name, types);
      total += mutants;
      surviving += survivors.length;
      for (const { line, what } of survivors)
        console.log(`${relative(process.cwd(), join(RULES_FOLDER, `${name}.ts`))}:${line} ${what}`);
    }
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`${total} mutants, ${surviving} not noticed by a fixture, ${seconds} s`);
  return surviving > 0 ? 1 : 0;
}

interface Survivors {
  readonly mutants: number;
  readonly survivors: readonly Mutant[];
}

function survivorsIn(group: string, name: string, types: TypeChecker): Survivors {
  const file = join(RULES_FOLDER, `${name}.ts`);
  const source = readFileSync(file, "utf8");
  const own = RULES.find(({ id }) => id === name);
  const watchers = (own ? [own] : RULES.filter(({ id }) => id.startsWith(`${group}/`))).map(watcher);
  const mutants = mutantsOf(file, source);
  const survivors = mutants.filter((mutant) => {
    const loader = new RuleLoader(file, mutant.source);
    const isNoticed = watchers.some(({ rule, file: ruleFile, fixtures }) => {
      const mutated = loader.rule(ruleFile, rule.id);
      return mutated === undefined || fixtures.notice(mutated);
    });
    return !isNoticed && types.accepts(file, mutant.source);
  });
  return { mutants: mutants.length, survivors };
}

interface Watcher {
  readonly rule: Rule;
  readonly file: string;
  readonly fixtures: RuleFixtures;
}

function watcher(rule: Rule): Watcher {
  const fixtures = new RuleFixtures(rule);
  if (fixtures.notice(rule)) throw new Error(`${rule.id}: its fixtures fail without any change`);
  return { rule, file: join(RULES_FOLDER, `${rule.id}.ts`), fixtures };
}

process.exitCode = main(process.argv.slice(2));
