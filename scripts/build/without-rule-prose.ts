import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";
import ts from "typescript";

/** Read by the generator of the rule pages and by the command line only; the editor opens those pages. */
const PROSE = new Set(["summary", "why", "sources"]);

/** Leaves the long texts of the rules out of a bundle: they are shipped as pages already. */
export const withoutRuleProse: Plugin = {
  name: "without-rule-prose",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]rules[\\/][^\\/]+[\\/][^\\/]+\.ts$/ }, ({ path }) => {
      return { contents: emptied(path, readFileSync(path, "utf8")), loader: "ts" };
    });
  },
};

/** The text with the prose of its `defineRule` calls emptied. */
function emptied(path: string, text: string): string {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const cuts: ts.TextRange[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "defineRule")
      cuts.push(...proseOf(node, source));
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return cuts.reduceRight((rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end), text);
}

function proseOf(call: ts.CallExpression, source: ts.SourceFile): readonly ts.TextRange[] {
  const [rule] = call.arguments;
  if (!rule || !ts.isObjectLiteralExpression(rule)) return [];
  return rule.properties
    .filter((property) => property.name !== undefined && PROSE.has(property.name.getText(source)))
    .map((property) => ({ pos: property.getStart(source), end: endOf(property, source) }));
}

/** The end of a property with the comma behind it. */
function endOf(property: ts.Node, source: ts.SourceFile): number {
  const comma = /^\s*,/.exec(source.text.slice(property.end));
  return property.end + (comma?.[0].length ?? 0);
}
