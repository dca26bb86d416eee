import { span } from "../base/span";
import type { Spot } from "../yaml/document";
import type { YamlEditor } from "../yaml/edit";
import { lineStartOf } from "../yaml/format";
import { nodesAt, scalarAround } from "../yaml/locate";
import type { YamlMap, YamlScalar, YamlSeq } from "../yaml/node";
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
  if (setting) rewrite(editor, setting, value);
  else addArgument(editor, server, flag, value);
}

/** Takes one occurrence of an option out, its value with it. */
export function removeArgument(editor: YamlEditor, setting: Setting): void {
  if (setting.form === "shell") return removeShellWords(editor, setting.flagAt, setting.valueAt);
  const path = nodesAt(setting.flagAt);
  const node = path.at(-1);
  const parent = path.at(-2);
  if (node?.kind !== "scalar" || parent === undefined || parent.kind === "scalar") return;
  if (parent.kind === "map") return editor.removeEntry(parent, node.text);
  const value = setting.form === "two-items" ? valueItem(parent, node, setting) : undefined;
  removeItems(editor, parent, node, value ?? node);
}

/** True when `removeArgument` finds the occurrence in the text it was read from. */
export function canRemoveArgument(setting: Setting): boolean {
  const node = nodesAt(setting.flagAt).at(-1);
  return node?.kind === "scalar" && setting.form !== "environment";
}

/** The item after the flag, unless the flag is a bare switch. */
function valueItem(list: YamlSeq, flag: YamlScalar, setting: Setting): YamlScalar | undefined {
  const next = list.items[list.items.indexOf(flag) + 1];
  const isSwitch = setting.text === "" || sameSpot(setting.flagAt, setting.valueAt);
  return !isSwitch && next?.kind === "scalar" ? next : undefined;
}

function isRewritable(setting: Setting): boolean {
  const hasValue = setting.spelling === "" || !sameSpot(setting.flagAt, setting.valueAt);
  return setting.text !== undefined && hasValue && scalarAround(setting.valueAt) !== undefined;
}

function rewrite(editor: YamlEditor, setting: Setting, value: string): void {
  const scalar = scalarAround(setting.valueAt);
  if (!isRewritable(setting) || scalar === undefined) return;
  if (isWhole(scalar, setting.valueAt)) editor.setScalar(scalar, setting.form === "map" ? typed(value) : value);
  else editor.replace(setting.valueAt, value);
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
    ({ form, text, flagAt, valueAt }) => form === "shell" && text !== "" && flagAt.span.end <= valueAt.span.start,
  );
  return last !== undefined && last.flagAt.doc.text[last.flagAt.span.end] === "=";
}

/** On a line of its own where the last argument has one. */
function addToShell(editor: YamlEditor, scalar: YamlScalar, commandEnd: Spot, argument: string): void {
  const { text } = scalar.doc;
  const { end } = commandEnd.span;
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

