import { expandReferences, fieldOf, replacementIn, type Container, type Environment } from "../kubernetes";
import { commandsOf } from "../shell/commands";
import type { Variables } from "../shell/scope";
import { traceSource } from "../shell/template";
import { Traced, TracedBuilder, UNKNOWN } from "../shell/traced";
import { wordOf, type Word } from "../shell/word";
import { asScalar, asSeq, type YamlNode, type YamlScalar, type YamlSeq } from "../yaml/node";

/** A container's `command` or `args` after Kubernetes has put variables in. */
export interface ArgumentList {
  readonly words: readonly Word[];
  /** The list as written; undefined when there is none. */
  readonly node: YamlSeq | undefined;
  readonly present: boolean;
}

/** Longer lists are cut; no command line holds that many words. */
const MAX_WORDS = 3000;

export function argumentList(
  container: Container,
  key: "command" | "args",
  environment: Environment,
): ArgumentList {
  const field = fieldOf(container, key);
  const seq = asSeq(field);
  if (seq) return { words: listWords(seq, environment), node: seq, present: true };
  const scalar = asScalar(field);
  if (!scalar || scalar.value === null || scalar.text === "")
    return { words: [], node: undefined, present: false };
  return { words: textWords(scalar, environment), node: undefined, present: true };
}

/** The words of a list of strings, as Kubernetes passes them on. */
export function listWords(seq: YamlSeq, environment: Environment): readonly Word[] {
  const words = seq.items.slice(0, MAX_WORDS).map((item) => itemWord(item, seq, environment));
  if (!seq.open) return words;
  // Something in the list is written by a template: it can be any number of words, and where does not matter.
  const rest = new TracedBuilder().replace(UNKNOWN, Traced.whole(wholeOf(seq)), 0, 0).build();
  return [...words, { text: rest, spread: "args" }];
}

function itemWord(item: YamlNode, seq: YamlSeq, environment: Environment): Word {
  const scalar = asScalar(item);
  if (!scalar) return wordOf(new TracedBuilder().replace(UNKNOWN, Traced.whole(wholeOf(item)), 0, 0).build());
  const text = expand(traceSource(scalar), environment);
  const name = REFERENCE.exec(text.text)?.[0].replace(/^\$[({]?|[)}]$/g, "");
  if (name !== undefined) {
    return { text: new TracedBuilder().replace(UNKNOWN, text, 0, text.text.length).build(), spread: name };
  }
  return wordOf(seq.open && isConditional(seq, scalar) ? text.asMaybe() : text);
}

/** An item that some preprocessor fills (`${EXTRA_ARGS}`), or a variable that Kubernetes does not have. */
const REFERENCE = /^\$(\{[^{}]*\}|\([\w.-]+\)|[A-Z_][A-Z0-9_]*)$/;

/** A string where the API has a list: some operators split it like a shell. */
export function textWords(scalar: YamlScalar, environment: Environment): readonly Word[] {
  const text = expand(traceSource(scalar), environment);
  return commandsOf(text, () => "unknown").flatMap((command) => command.words);
}

/** True when an `{{ if }}` or `{{ range }}` of the template stands around the item. */
function isConditional(seq: YamlSeq, item: YamlScalar): boolean {
  if (item.doc !== seq.doc) return false;
  let depth = 0;
  for (const [action] of item.doc.text
    .slice(seq.span.start, item.span.start)
    .matchAll(/\{\{-?\s*(if|range|with|end)\b/g)) {
    depth = action.endsWith("end") ? Math.max(0, depth - 1) : depth + 1;
  }
  return depth > 0;
}

/** A node that has no text of its own, as a place. */
function wholeOf(node: YamlNode): {
  doc: YamlNode["doc"];
  text: string;
  spanOf: () => YamlNode["span"];
} {
  return { doc: node.doc, text: "", spanOf: () => node.span };
}

/** Kubernetes' `$(NAME)`, with each replaced part placed where the reference stands. */
function expand(text: Traced, environment: Environment): Traced {
  if (!text.text.includes("$")) return text;
  const out = new TracedBuilder();
  for (const piece of expandReferences(text.text, (name) => replacementIn(environment, name))) {
    if (piece.text === text.text.slice(piece.from, piece.to)) out.copy(text, piece.from, piece.to);
    else out.replace(piece.text ?? UNKNOWN, text, piece.from, piece.to, { via: piece.variable });
  }
  return out.build();
}

/** The container's environment as a shell in it sees it. What no one lists may still come from the image, or from an overlay. */
export function variablesOf(environment: Environment, partial: boolean): Variables {
  return (name) => {
    const variable = environment.variables.get(name);
    if (!variable) return environment.open || partial ? "unknown" : undefined;
    if (variable.value === undefined) return "unknown";
    const source = variable.valueNode;
    const whole = Traced.whole(source ?? wholeOf(variable.node));
    if (source?.text !== variable.value) {
      return new TracedBuilder().replace(variable.value, whole, 0, whole.text.length, { via: name }).build();
    }
    return whole.through(name);
  };
}
