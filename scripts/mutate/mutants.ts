import ts from "typescript";

/** A rule's source with one condition changed. */
export interface Mutant {
  readonly source: string;
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

const OPPOSITE = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, ">="],
  [ts.SyntaxKind.LessThanEqualsToken, ">"],
  [ts.SyntaxKind.GreaterThanToken, "<="],
  [ts.SyntaxKind.GreaterThanEqualsToken, "<"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
]);

/**
 * Small changes of a source, each of which the fixtures ought to notice: an `if` with its condition negated or never met, one side of
 * `&&` and `||` alone, a comparison turned into its opposite, the branches of `?:` swapped. Conditions of loops stay, so that
 * every mutant ends.
 */
export function mutantsOf(fileName: string, source: string): readonly Mutant[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const replace = (node: ts.Node, text: string, what: string): void => {
    const start = node.getStart(file);
    mutants.push({
      source: source.slice(0, start) + text + source.slice(node.getEnd()),
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      what: `${what}: ${shorten(node.getText(file))}`,
    });
  };
  const visit = (node: ts.Node): void => {
    mutate(node, file, replace);
    ts.forEachChild(node, (child) => {
      if (!isLoopCondition(child)) visit(child);
    });
  };
  visit(file);
  return mutants;
}

type Replace = (node: ts.Node, text: string, what: string) => void;

function mutate(node: ts.Node, file: ts.SourceFile, replace: Replace): void {
  const textOf = (part: ts.Node): string => part.getText(file);
  if (ts.isIfStatement(node)) {
    replace(node.expression, `!(${textOf(node.expression)})`, "negated");
    if (!isPresence(node.expression))
      replace(node.expression, `false && (${textOf(node.expression)})`, "never met");
  } else if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    replace(node, `((${textOf(condition)}) ? (${textOf(whenFalse)}) : (${textOf(whenTrue)}))`, "swapped");
  } else if (ts.isBinaryExpression(node)) {
    const { left, right, operatorToken } = node;
    const isAnd = operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    if (isAnd || operatorToken.kind === ts.SyntaxKind.BarBarToken) {
      if (!isPresence(right)) replace(node, `(${textOf(left)})`, "left side alone");
      if (!isPresence(left)) replace(node, `(${textOf(right)})`, "right side alone");
    }
    const opposite = OPPOSITE.get(operatorToken.kind);
    if (opposite !== undefined && !isPresence(node))
      replace(node, `((${textOf(left)}) ${opposite} (${textOf(right)}))`, "opposite");
  }
}

/** `value`, `!value` and `value === undefined`, also several of them: mostly there for the compiler, and nothing is missed without. */
function isPresence(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isPresence(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return ts.isIdentifier(node.operand);
  if (!ts.isBinaryExpression(node)) return ts.isIdentifier(node);
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken)
    return isPresence(node.left) && isPresence(node.right);
  return ts.isIdentifier(node.right) && node.right.text === "undefined";
}

function isLoopCondition(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isForStatement(parent)) return parent.condition === node;
  return (ts.isWhileStatement(parent) || ts.isDoStatement(parent)) && parent.expression === node;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
