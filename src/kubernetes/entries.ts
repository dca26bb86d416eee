import { asMap, asSeq, type YamlEntry, type YamlMap, type YamlNode } from "../yaml/node";

/** All entries of a map, those of merge keys (`<<`) included. Earlier ones win, the map's own before merged ones, as in `get`. */
export function allEntries(map: YamlMap): readonly YamlEntry[] {
  if (!map.entry("<<")) return map.entries;
  const found = new Map<string, YamlEntry>();
  gather(map, found, new Set());
  return [...found.values()];
}

/** Each map counts once, however many merge keys lead to it: what it holds is found by then. */
function gather(map: YamlMap, found: Map<string, YamlEntry>, visited: Set<YamlMap>): void {
  if (visited.has(map)) return;
  visited.add(map);
  const sources: YamlNode[] = [];
  for (const entry of map.entries) {
    if (entry.key.text === "<<")
      sources.push(...(asSeq(entry.value)?.items ?? (entry.value ? [entry.value] : [])));
    else if (!found.has(entry.key.text)) found.set(entry.key.text, entry);
  }
  for (const source of sources) {
    const merged = asMap(source);
    if (merged) gather(merged, found, visited);
  }
}
