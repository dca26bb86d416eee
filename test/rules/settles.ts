import { parseFile } from "../../src/yaml/parse";
import { applyFileEdits } from "../apply";
import { serviceWith } from "../service";

/**
 * What is wrong with the fixes of a text, all rules together and each that found something: one run of them has to end every finding they are
 * for, a second has nothing to do, and the text reads as well as before. Nothing when all is well.
 */
export function unsettled(path: string, text: string): readonly string[] {
  const fixable = serviceWith({ [path]: text })
    .diagnostics(path)
    .filter((finding) => finding.fixable);
  const rules = new Set<string | undefined>([undefined, ...fixable.map(({ rule }) => rule)]);
  return [...rules].flatMap((rule) => {
    const after = fixed(path, text, rule);
    const name = rule ?? "all";
    const service = serviceWith({ [path]: after });
    const left = service.diagnostics(path).filter((each) => each.fixable && each.rule === rule);
    return [
      ...left.map(({ message }) => `${path}: ${name}: left: ${message}`),
      ...(service.fixAll(path, rule).length > 0 ? [`${path}: ${name}: a second run changes the text`] : []),
      ...(problemsIn(after) > problemsIn(text) ? [`${path}: ${name}: leaves YAML that cannot be read`] : []),
    ];
  });
}

function fixed(path: string, text: string, rule: string | undefined): string {
  const edits = serviceWith({ [path]: text }).fixAll(path, rule);
  return applyFileEdits(
    text,
    edits.filter((edit) => edit.path === path),
  );
}

function problemsIn(text: string): number {
  return parseFile(text).reduce((sum, { source }) => sum + source.problems.length, 0);
}
