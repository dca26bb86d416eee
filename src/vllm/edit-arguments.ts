import { span } from "../base/span";
import type { Spot } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";
import { lineStartOf } from "../yaml/format";
import { nodesAt, scalarAround } from "../yaml/locate";
import type { YamlMap, YamlNode, YamlScalar, YamlSeq } from "../yaml/node";
import { insertItems, removeItems } from "../yaml/sequence-edit";
import type { Setting, VllmServer } from "./model";
import { removeShellWords } from "./shell-edit";

/** True when the manifest has a place where the option can be written: its own, or one for new arguments. */
export function canSetArgument(server: VllmServer, flag: string): boolean {
  const setting = server.engine.settings.get(flag);
  if (setting) return isRewritable(setting);
  const place = server.argumentsNode;
  return place !== undefined && !(place.kind !== "shell" && place.node.open);
}

/** Gives an option a value: anew where it stands, else as a new argument after the others, written as they are. */
export function setArgument(editor: YamlEditor, server: VllmServer, flag: string, value: string): void {
  const setting = server.engine.settings.get(flag);
  if (setting) rewrite(editor, server, setting, value);
  else addArgument(editor, server, flag, value);
}

/** Adds a switch that is not given yet. */
export function setSwitch(editor: YamlEditor, server: VllmServer, flag: string): void {
  const place = server.argumentsNode;
  if (place === undefined || !canSetArgument(server, flag)) return;
  if (place.kind === "map") editor.setEntry(place.node, keyFor(place.node, flag), true);
  else if (place.kind === "list") insertItems(editor, place.node, [flag]);
  else addToShell(editor, place.node, place.commandEnd, flag);
}

/** Takes one occurrence of an option out, its value with it. */
export function removeArgument(editor: YamlEditor, setting: Setting): void {
  if (setting.form === "shell") return removeShellWords(editor, setting.flagAt, setting.valueAt);
  const path = nodesAt(setting.flagAt);
  const node = path.at(-1);
  const parent = path.at(-2);
  if (node?.kind !== "scalar" || parent === undefined || parent.kind === "scalar") return;
  if (parent.kind === "map") {
    const isKey = parent.entries.some(({ key }) => key === node);
    // A variable that the start command splits: words in one string.
    return isKey
      ? editor.removeEntry(parent, node.text)
      : removeShellWords(editor, setting.flagAt, setting.valueAt);
  }
  removeItems(editor, parent, node, lastItem(parent, node, setting));
}

/** True when `removeArgument` finds the occurrence in the text it was read from. */
export function canRemoveArgument(setting: Setting): boolean {
  const node = nodesAt(setting.flagAt).at(-1);
  return node?.kind === "scalar" && setting.form !== "environment";
}

/** The last item that belongs to the flag: itself for a bare switch or `--flag=value`. */
function lastItem(list: YamlSeq, flag: YamlScalar, setting: Setting): YamlNode {
  const isSwitch = setting.text === "" || sameSpot(setting.flagAt, setting.valueAt);
  if (setting.form !== "two-items" || isSwitch) return flag;
  const { end } = setting.valueAt.span;
  const inList = setting.valueAt.doc === list.doc && end > flag.span.end && end <= list.span.end;
  // A value that came out of a variable is the item after the flag.
  const last = inList
    ? list.items.findLast((item) => item.span.start < end)
    : list.items[list.items.indexOf(flag) + 1];
  return last ?? flag;
}

function isRewritable(setting: Setting): boolean {
  const hasValue = setting.spelling === "" || !sameSpot(setting.flagAt, setting.valueAt);
  return setting.text !== undefined && hasValue && scalarAround(setting.valueAt) !== undefined;
}

function rewrite(editor: YamlEditor, server: VllmServer, setting: Setting, value: string): void {
  if (!isRewritable(setting)) return;
  const at = variableOf(server, setting) ?? setting.valueAt;
  const scalar = scalarAround(at);
  if (scalar && isWhole(scalar, at)) editor.setScalar(scalar, setting.form === "map" ? typed(value) : value);
  else editor.replace(at, value);
}

/** Where the variable is written that the whole value comes from, unless another option reads it too. */
function variableOf(server: VllmServer, setting: Setting): Spot | undefined {
  const { origin, valueAt } = setting;
  if (origin.kind !== "environment") return undefined;
  const { bindings, environment } = server.engine;
  const isShared = bindings.some((other) => other !== setting && readsVariable(other, origin.name));
  const written = valueAt.doc.text.slice(valueAt.span.start, valueAt.span.end);
  const isAll = [`$(${origin.name})`, `$${origin.name}`, `\${${origin.name}}`].includes(
    written.replace(/^["']|["']$/g, ""),
  );
  const variable = environment.get(origin.name);
  return variable && isAll && !isShared && variable.value === setting.text ? variable.at : undefined;
}

function readsVariable({ origin }: Setting, name: string): boolean {
  return origin.kind === "environment" && origin.name === name;
}

/** True when a span is all that a scalar says, with or without its quotes. */
function isWhole(scalar: YamlScalar, at: Spot): boolean {
  const content = scalar.spanOf(0, scalar.text.length);
  return at.span.start <= content.start && content.end <= at.span.end;
}

function addArgument(editor: YamlEditor, server: VllmServer, flag: string, value: string): void {
  const place = server.argumentsNode;
  if (place === undefined || !canSetArgument(server, flag)) return;
  if (place.kind === "map") return editor.setEntry(place.node, keyFor(place.node, flag), typed(value));
  if (place.kind === "list") {
    const items = place.itemStyle === "equals" ? [`${flag}=${value}`] : [flag, value];
    return insertItems(editor, place.node, items);
  }
  const text = usesEquals(server) ? `${flag}=${value}` : `${flag} ${value}`;
  addToShell(editor, place.node, place.commandEnd, text);
}

function usesEquals(server: VllmServer): boolean {
  const last = server.engine.bindings.findLast(
    ({ form, text, flagAt, valueAt }) =>
      form === "shell" && text !== "" && flagAt.span.end <= valueAt.span.start,
  );
  return last !== undefined && last.flagAt.doc.text[last.flagAt.span.end] === "=";
}

/** On a line of its own where the last argument has one. */
function addToShell(editor: YamlEditor, scalar: YamlScalar, commandEnd: Spot, argument: string): void {
  const { text } = scalar.doc;
  const end = text.slice(0, commandEnd.span.end).trimEnd().length;
  const lineStart = lineStartOf(text, end);
  const indent = /^[ \t]*/.exec(text.slice(lineStart, end))?.[0] ?? "";
  const isBlock = scalar.style === "literal" || scalar.style === "folded";
  const hasOwnLine = isBlock && lineStart > scalar.span.start && text[lineStart + indent.length] === "-";
  const lineBreak = (scalar.style === "literal" ? " \\" : "") + (text.includes("\r\n") ? "\r\n" : "\n");
  const lead = hasOwnLine ? lineBreak + indent : " ";
  editor.replace({ doc: scalar.doc, span: span(end, end) }, lead + argument);
}

/** The option's name as the map's other keys are written: `maxModelLen`, `max-model-len` or `max_model_len`. */
function keyFor(map: YamlMap, flag: string): string {
  const name = flag.replace(/^--/, "");
  const keys = map.entries.map((entry) => entry.key.text);
  if (keys.some((key) => key.includes("-"))) return name;
  if (keys.some((key) => key.includes("_"))) return name.replaceAll("-", "_");
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function typed(value: string): string | number {
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function sameSpot(a: Spot, b: Spot): boolean {
  return a.doc === b.doc && a.span.start === b.span.start && a.span.end === b.span.end;
}
