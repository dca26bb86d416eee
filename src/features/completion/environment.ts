import { findVariable, variables, type VariableEntry } from "../../data/variables";
import { usageOf } from "../../data/usage";
import { isAtLeast, NEWEST, type VllmVersion } from "../../vllm/version";
import { scalarAt } from "../../yaml/node";
import { variableMarkdown } from "../hover/variable-text";
import { endsWith } from "./path";
import { sortTextOf, type Proposal } from "./proposal";
import type { Site } from "./site";
import { scalarText } from "./write";

/** Names and values of environment variables of a server's container. */
export function environmentProposals(site: Site): readonly Proposal[] | undefined {
  const { path, server } = site;
  if (!server || site.isKey || site.scalar.templated) return undefined;
  if (endsWith(path, "env", "*", "name") || endsWith(path, "envs", "*", "name")) return names(site);
  if (!endsWith(path, "env", "*", "value") && !endsWith(path, "envs", "*", "value")) return undefined;
  const name = scalarAt(site.nodes.at(-2), "name")?.text;
  const entry = name === undefined ? undefined : findVariable(name);
  return entry && values(site, entry);
}

function names(site: Site): readonly Proposal[] {
  const version = site.server?.version.version ?? NEWEST;
  const given = site.server?.engine.environment;
  const range = site.range(0, site.text.length);
  return variables
    .filter((entry) => isKnownAt(entry, version) && (entry.name === site.text || !given?.has(entry.name)))
    .map((entry, i) => ({
      label: entry.name,
      kind: "variable",
      detail: entry.default === undefined ? undefined : `default ${entry.default}`,
      get documentation() {
        return variableMarkdown(entry, version);
      },
      range,
      newText: entry.name,
      filterText: entry.name,
      sortText: sortTextOf((500 - Math.min(499, usageOf("variables", entry.name))) * 2 + (i % 2)),
    }));
}

function isKnownAt({ seen }: VariableEntry, version: VllmVersion): boolean {
  return seen === undefined || isAtLeast(version, seen);
}

function values(site: Site, entry: VariableEntry): readonly Proposal[] {
  return (entry.values ?? []).flatMap((value, i): Proposal[] => {
    const newText = scalarText(site, value, true);
    if (newText === undefined) return [];
    const detail = value === entry.default ? "the default" : undefined;
    const range = site.range(0, site.text.length);
    return [
      { label: value, kind: "value", detail, range, newText, filterText: value, sortText: sortTextOf(i) },
    ];
  });
}
