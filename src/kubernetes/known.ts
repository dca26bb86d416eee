import { asMap, mapAt, textAt, type YamlNode } from "../yaml/node";
import { allEntries } from "./entries";

/** `<your-model>`, `$GPU_MODEL` as the whole text, `TAG_HERE`. */
const STAND_IN = /<[A-Za-z][\w .-]*>|^\$[A-Za-z_]\w*$|[A-Z]_HERE\b/;

/** True for text that a tool or a person replaces before Kubernetes sees it: Helm, envsubst and Flux (`${NAME}`), kro. */
export function isPlaceholder(text: string): boolean {
  return text.includes("{{") || text.includes("${") || STAND_IN.test(text);
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

/** True when a field says `true`; false for everything else. */
export function isTrue(node: YamlNode | null | undefined, ...path: readonly string[]): boolean {
  return textAt(node, ...path)?.toLowerCase() === "true";
}
