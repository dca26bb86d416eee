import type { Span } from "../base/span";
import type { SourceDocument, Spot } from "./document";

/** The YAML tree as the layers above see it: values, spans and what templates have made unknown. */
export type YamlNode = YamlMap | YamlSeq | YamlScalar;

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

export interface YamlScalar {
  readonly kind: "scalar";
  readonly doc: SourceDocument;
  /** The token, quotes or block header included. */
  readonly span: Span;
  readonly style: ScalarStyle;
  /** The value by YAML 1.2's core schema: `10` is a number, `"10"` a string, an empty one null. */
  readonly value: string | number | boolean | null;
  /** The content as text: decoded for strings, as written for others. Template expressions stay as written. */
  readonly text: string;
  /** True when a template expression is part of the text. */
  readonly templated: boolean;
  /** The place in the document of the characters [from, to) of `text`. */
  spanOf(from: number, to: number): Span;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode | null;
}

export interface YamlMap {
  readonly kind: "map";
  readonly doc: SourceDocument;
  readonly span: Span;
  readonly flow: boolean;
  /** True when a template can add entries that are not written here, so that absence proves nothing. */
  readonly open: boolean;
  readonly entries: readonly YamlEntry[];
  /** The value of a key, through merge keys (`<<`) and aliases. An empty or explicit null value is undefined. */
  get(key: string): YamlNode | undefined;
  /** The entry written in this map itself under a key. */
  entry(key: string): YamlEntry | undefined;
}

export interface YamlSeq {
  readonly kind: "seq";
  readonly doc: SourceDocument;
  readonly span: Span;
  readonly flow: boolean;
  readonly open: boolean;
  /** Aliases resolved; empty items left out. */
  readonly items: readonly YamlNode[];
}

export function spotOf(node: YamlNode): Spot {
  return { doc: node.doc, span: node.span };
}

type Maybe = YamlNode | null | undefined;

export function asMap(node: Maybe): YamlMap | undefined {
  return node?.kind === "map" ? node : undefined;
}

export function asSeq(node: Maybe): YamlSeq | undefined {
  return node?.kind === "seq" ? node : undefined;
}

export function asScalar(node: Maybe): YamlScalar | undefined {
  return node?.kind === "scalar" ? node : undefined;
}

/** Follows keys downwards; undefined as soon as one is missing or is not a map. */
export function at(node: Maybe, ...path: readonly string[]): YamlNode | undefined {
  let current: YamlNode | undefined = node ?? undefined;
  for (const key of path) current = asMap(current)?.get(key);
  return current;
}

export function mapAt(node: Maybe, ...path: readonly string[]): YamlMap | undefined {
  return asMap(at(node, ...path));
}

export function scalarAt(node: Maybe, ...path: readonly string[]): YamlScalar | undefined {
  return asScalar(at(node, ...path));
}

/** The items of a sequence that are maps; empty when there is no sequence. */
export function mapsAt(node: Maybe, ...path: readonly string[]): readonly YamlMap[] {
  return (asSeq(at(node, ...path))?.items ?? []).filter((item) => item.kind === "map");
}

/** The text of a scalar that is written out in full; undefined for templated, missing or other nodes. */
export function textAt(node: Maybe, ...path: readonly string[]): string | undefined {
  const scalar = scalarAt(node, ...path);
  return scalar === undefined || scalar.templated || scalar.value === null ? undefined : scalar.text;
}

/** A whole or decimal number, also when quoted; undefined when it is anything else. */
export function numberAt(node: Maybe, ...path: readonly string[]): number | undefined {
  const text = textAt(node, ...path);
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text.trim())) return undefined;
  return Number(text);
}
