import type { ParameterExpansionPart, Word as ParsedWord, WordPart } from "unbash";
import { Fields } from "./fields";
import type { Binding, Scope } from "./scope";
import { TracedBuilder, type Traced } from "./traced";
import { copyUnescaped } from "./unescape";
import type { Word } from "./word";

/** Where a word of the syntax tree is expanded: the script's text and the variables at that point. */
export interface Expansion {
  readonly script: Traced;
  readonly scope: Scope;
  /** Guards against `${A:-${A:-${A…` thousands deep. */
  readonly depth: number;
}

const MAX_DEPTH = 20;

/** The words that one written word becomes: usually one; none for an empty `$X`, several for `$ARGS` or `"${ARGS[@]}"`. */
export function expandWord(word: ParsedWord, at: Expansion): readonly Word[] {
  const fields = new Fields(at.script);
  addWord(word, at, fields, false);
  return fields.done();
}

/** The text of an assignment's value, where nothing is split. */
export function expandText(word: ParsedWord, at: Expansion): Traced {
  const fields = new Fields(at.script);
  addWord(word, at, fields, true);
  const [only] = fields.done();
  return only?.text ?? new TracedBuilder().replace("", at.script, word.pos, word.end).build();
}

function addWord(word: ParsedWord, at: Expansion, fields: Fields, quoted: boolean): void {
  if (word.parts) for (const part of word.parts) addPart(part, at, fields, quoted);
  else copyUnescaped(at.script, word.pos, word.end, "plain", fields.current(word.pos));
}

function addPart(part: WordPart, at: Expansion, fields: Fields, quoted: boolean): void {
  switch (part.type) {
    case "DoubleQuoted":
    case "LocaleString":
      if (!isList(part.parts)) fields.current(part.pos);
      for (const child of part.parts) addPart(child, at, fields, true);
      return;
    case "SingleQuoted": {
      const closed = part.end - 1 > part.pos && at.script.text[part.end - 1] === "'";
      fields.current(part.pos).copy(at.script, part.pos + 1, closed ? part.end - 1 : part.end);
      return;
    }
    case "AnsiCQuoted":
      fields.current(part.pos).replace(part.value, at.script, part.pos, part.end);
      return;
    case "SimpleExpansion":
      fields.add(at.scope.get(part.text.slice(1)), part.text.slice(1), part, quoted);
      return;
    case "ParameterExpansion":
      addParameter(part, at, fields, quoted);
      return;
    case "CommandExpansion":
    case "ProcessSubstitution":
      fields.unknown(quoted ? undefined : "$()", part);
      return;
    case "ArithmeticExpansion":
      fields.unknown(undefined, part);
      return;
    case "Literal":
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      copyUnescaped(at.script, part.pos, part.end, quoted ? "double" : "plain", fields.current(part.pos));
  }
}

/** `"$@"` and `"${LIST[@]}"` give no word at all when the list is empty. */
function isList(parts: readonly WordPart[]): boolean {
  return parts.length === 1 && /^\$(@|\{@\}|\{\w+\[@\]\})$/.test(parts[0]?.text ?? "");
}

/** `${NAME}`, `${NAME:-default}`, `${LIST[@]}`; other operations give something unknown. */
function addParameter(part: ParameterExpansionPart, at: Expansion, fields: Fields, quoted: boolean): void {
  const { parameter, operation, prefix } = part;
  const list = part.index !== undefined && /^[@*]$/.test(part.index.text);
  const spread = quoted && !list && parameter !== "@" ? undefined : parameter;
  if (prefix !== undefined || (part.index !== undefined && !list) || at.depth > MAX_DEPTH)
    return fields.unknown(spread, part);
  const binding = at.scope.get(parameter);
  if (operation === undefined) return fields.add(binding, parameter, part, quoted, list);
  if (operation.type !== "Default") return fields.unknown(spread, part);
  if (binding?.kind === "unknown") return fields.unknown(spread, part);
  const missing = binding === undefined || (operation.operator.startsWith(":") && isEmpty(binding));
  const other = operation.operator.endsWith("+") ? !missing : missing && /[-=]$/.test(operation.operator);
  if (!other) {
    if (!operation.operator.endsWith("+")) fields.add(binding, parameter, part, quoted, list);
    return;
  }
  const deeper = { ...at, depth: at.depth + 1 };
  addWord(operation.operand, deeper, fields, quoted);
  if (operation.operator.endsWith("=")) {
    at.scope.set(parameter, { kind: "text", text: expandText(operation.operand, deeper) });
  }
}

function isEmpty(binding: Binding): boolean {
  if (binding.kind === "text") return binding.text.text === "";
  return binding.kind === "list" && binding.words.length === 0;
}
