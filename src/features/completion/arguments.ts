import { commandLineAt } from "./command-line";
import { flagProposals } from "./flags";
import type { Proposal } from "./proposal";
import type { Site } from "./site";
import { modelProposals } from "./models";
import { valueProposals } from "./values";

/** Options of `vllm serve` and their values, in lists and scripts. */
export function argumentProposals(site: Site): readonly Proposal[] | undefined {
  const line = commandLineAt(site);
  if (!line) return undefined;
  const { word, option } = line;
  const equals = word.text.indexOf("=");
  const cursor = site.at - word.start;
  if (word.text.slice(0, cursor).includes("{{")) return undefined;
  if (word.text.startsWith("-") && (equals === -1 || cursor <= equals)) return flagProposals(line);
  if (word.text.startsWith("-")) return valueProposals(line, word.text.slice(0, equals), equals + 1);
  if (option) return valueProposals(line, option.entry.flag, 0);
  return [...(line.wantsModel ? modelProposals(line, 0) : []), ...flagProposals(line)];
}
