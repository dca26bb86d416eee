import { asMap, mapAt, textAt, type YamlNode } from "../yaml/node";
import { allEntries } from "./entries";

/**
 * True for text that some tool replaces before Kubernetes sees it: Helm, envsubst and Flux (`${NAME}`), kro, and the
 * `<your-model>` of documentation.
 */
export function isPlaceholder(text: string): boolean {
  return text.includes("{{") || text.includes("${") || /<[A-Za-z][\w .-]*>/.test(text);
}

/** The text of a scalar that Kubernetes will see as written; undefined for placeholders too. */
export function knownText(node: YamlNode | null | undefined, ...path: readonly string[]): string | undefined {
  const text = textAt(node, ...path);
  return text === undefined || isPlaceholder(text) ? undefined : text;
}

/** A map of strings such as labels. Values that are not known are left out. */
export function stringsAt(
  node: YamlNode | null | undefined,
  ...path: readonly string[]
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const map = path.length === 0 ? asMap(node) : mapAt(node, ...path);
  for (const { key, value } of map ? allEntries(map) : []) {
    const text = knownText(value);
    if (text !== undefined && !key.templated) found.set(key.text, text);
  }
  return found;
}
