import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Output } from "./output";

const ROOT = join(__dirname, "..", "..");
const HOST = join(ROOT, "src", "hosts", "vscode");

/** Every text that `l10n.t` shows, for translators. */
export function l10nBundle(): Output {
  const files = readdirSync(HOST, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const texts = [...new Set(files.flatMap((name) => textsIn(join(HOST, name))))].sort();
  const bundle = Object.fromEntries(texts.map((text) => [text, text]));
  return { file: "l10n/bundle.l10n.json", text: JSON.stringify(bundle, null, 2) + "\n" };
}

function textsIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "l10n.t") {
      const [text] = node.arguments;
      if (!text) throw new Error(`${file}: l10n.t without a text`);
      found.push(...literals(text, file));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A text that is put together at run time cannot be translated. */
function literals(node: ts.Expression, file: string): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node))
    return [...literals(node.whenTrue, file), ...literals(node.whenFalse, file)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left = ""] = literals(node.left, file);
    const [right = ""] = literals(node.right, file);
    return [left + right];
  }
  throw new Error(`${file}: l10n.t needs a text as it is, not ${node.getText()}`);
}
