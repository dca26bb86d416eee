import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { transformSync } from "esbuild";
import type { Rule } from "../../src/rules/define";
import { repoRoot } from "../vscode/paths";

export const RULES_FOLDER = join(repoRoot, "src", "rules");

const compiled = new Map<string, string>();

/**
 * Loads files of `src/rules` anew, one of them with another source, beside those that the process has already. Everything below the
 * rules is shared.
 */
export class RuleLoader {
  private readonly modules = new Map<string, Record<string, unknown>>();

  constructor(
    private readonly changedFile: string,
    private readonly changedSource: string,
  ) {}

  rule(file: string, id: string): Rule | undefined {
    return Object.values(this.load(file)).find((value): value is Rule => isRule(value) && value.id === id);
  }

  private load(file: string): Record<string, unknown> {
    const known = this.modules.get(file);
    if (known) return known;
    const exports: Record<string, unknown> = {};
    this.modules.set(file, exports);
    const native = createRequire(file);
    const require = (name: string): unknown => {
      const target = name.startsWith(".") ? ruleFile(resolve(dirname(file), name)) : undefined;
      return target === undefined ? native(name) : this.load(target);
    };
    // The code is this project's own rule file, with one condition changed.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function("require", "module", this.codeOf(file)) as (...given: unknown[]) => void;
    const module = { exports };
    run(require, module);
    // esbuild gives a file an object of exports of its own.
    Object.defineProperties(exports, Object.getOwnPropertyDescriptors(module.exports));
    return exports;
  }

  private codeOf(file: string): string {
    if (file === this.changedFile) return compile(this.changedSource);
    let code = compiled.get(file);
    if (code === undefined) compiled.set(file, (code = compile(readFileSync(file, "utf8"))));
    return code;
  }
}

function compile(source: string): string {
  return transformSync(source, { loader: "ts", format: "cjs", target: "node22" }).code;
}

/** The file of a module below `src/rules`; undefined for one of another layer. */
function ruleFile(path: string): string | undefined {
  const inside = relative(RULES_FOLDER, path);
  return inside.startsWith("..") || inside.split(sep).length > 2 ? undefined : `${path}.ts`;
}

function isRule(value: unknown): value is Rule {
  return typeof value === "object" && value !== null && "check" in value && "id" in value;
}
