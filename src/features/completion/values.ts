import { usageOf } from "../../data/usage";
import { choicesAt, defaultAt, matchFlag } from "../../vllm/flags";
import type { FlagEntry } from "../../data/flags";
import type { CommandLine } from "./command-line";
import { isModelFlag } from "./flags";
import { jsonProposals } from "./json";
import { modelProposals } from "./models";
import { sortTextOf, type Proposal } from "./proposal";
import { scalarText } from "./write";

/** Values of an option. `from` is where the value begins in the word at the cursor. */
export function valueProposals(
  line: CommandLine,
  flag: string,
  from: number,
): readonly Proposal[] | undefined {
  const entry = matchFlag(flag, line.version)?.entry;
  if (!entry || entry.type === "bool") return undefined;
  if (isModelFlag(entry.flag)) return modelProposals(line, from);
  if (entry.type === "json") return jsonProposals(line, entry.flag, from);
  return choices(line, entry, from);
}

function choices(line: CommandLine, entry: FlagEntry, from: number): readonly Proposal[] {
  const { site, word, version } = line;
  const range = site.range(word.start + from, word.end);
  const byDefault = defaultAt(entry, version);
  const values = [...(choicesAt(entry, version) ?? []), ...(entry.words ?? [])].map(String);
  return values.flatMap((value, i): Proposal[] => {
    // Behind `--flag=` the text is a string already.
    const newText = from > 0 ? value : scalarText(site, value, true);
    if (newText === undefined) return [];
    const isDefault = typeof byDefault !== "object" && String(byDefault) === value;
    const times = usageOf("choices", `${entry.flag}=${value}`);
    return [
      {
        label: value,
        kind: "value",
        detail: isDefault ? "the default" : undefined,
        range,
        newText,
        filterText: value,
        sortText: sortTextOf((times > 0 ? 500 - Math.min(400, times) : 1000) + i),
      },
    ];
  });
}
