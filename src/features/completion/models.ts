import { modelIds } from "../../data/models";
import { usageOf } from "../../data/usage";
import type { CommandLine } from "./command-line";
import { sortTextOf, type Proposal } from "./proposal";
import type { Site } from "./site";
import { scalarText } from "./write";

/** Models of this folder first, then the catalogue's by how often they are served. `from` is where the value begins in the word. */
export function modelProposals({ site, word }: CommandLine, from: number): readonly Proposal[] {
  return modelsFor(site, word.start + from, word.end);
}

/** Model ids in place of characters of the site's text. */
export function modelsFor(site: Site, start: number, end: number): readonly Proposal[] {
  const range = site.range(start, end);
  const used = modelsInView(site);
  return [...new Set([...used, ...modelIds()])].flatMap((id): Proposal[] => {
    const newText = scalarText(site, id, true);
    if (newText === undefined) return [];
    const times = usageOf("models", id);
    return [
      {
        label: id,
        kind: "model",
        detail: used.has(id) ? "model of this folder" : "model",
        range,
        newText,
        filterText: id,
        sortText: sortTextOf(used.has(id) ? 0 : times > 0 ? 500 - Math.min(400, times) : 1000),
      },
    ];
  });
}

function modelsInView({ folder, doc }: Site): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const server of folder.servers()) {
    const { model } = server.engine;
    if (server.anchor.doc !== doc && model.known && /^[\w.-]+\/[\w.-]+$/.test(model.value))
      ids.add(model.value);
  }
  return ids;
}
