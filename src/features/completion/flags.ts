import { flagCatalogue, type FlagEntry } from "../../data/flags";
import { usageOf } from "../../data/usage";
import { defaultAt, existsAt, isNegatableAt } from "../../vllm/flags";
import type { VllmVersion } from "../../vllm/version";
import { flagDetail, flagMarkdown, isDeprecatedAt } from "../hover/flag-text";
import type { CommandLine } from "./command-line";
import { sortTextOf, type Proposal } from "./proposal";
import { argumentText } from "./write";

/** Proposals further down the list than any count moves them. */
const USED = 3000;
const OBSOLETE = 400;
const UNCOUNTED = 1000;

interface Spelling {
  readonly name: string;
  readonly entry: FlagEntry;
  readonly negated: boolean;
}

/** The options of the server's release; those that are given already come last. */
export function flagProposals(line: CommandLine): readonly Proposal[] {
  const used = usedFlags(line);
  const { word, site } = line;
  const equals = word.text.indexOf("=");
  const keepsValue = equals !== -1 || line.hasNext;
  const range = site.range(word.start, word.start + (equals === -1 ? word.text.length : equals));
  return spellingsAt(line.version).map((spelling) => {
    const { entry, name } = spelling;
    const takesValue = entry.type !== "bool" && entry.type !== "optional" && !keepsValue;
    const deprecated = isDeprecatedAt(entry, line.version);
    const written = takesValue
      ? argumentText(line, name, sampleOf(entry, line))
      : { newText: name, selection: undefined };
    return {
      label: name,
      kind: "flag",
      detail: flagDetail(entry, line.version),
      get documentation() {
        return flagMarkdown(entry, line.version);
      },
      range,
      ...written,
      filterText: [name, ...(spelling.negated ? [] : (entry.aliases ?? []))].join(" "),
      sortText: sortTextOf(rankOf(spelling, line.version, deprecated, used)),
      deprecated,
      asksOn: takesValue && (entry.choices !== undefined || entry.type === "json" || isModelFlag(entry.flag)),
    } satisfies Proposal;
  });
}

/** A switch that nobody counted is turned off as often as its other side is in use; else rather where it is on by itself. */
function rankOf(
  { name, entry, negated }: Spelling,
  version: VllmVersion,
  deprecated: boolean,
  used: ReadonlySet<FlagEntry>,
): number {
  const times = usageOf("flags", name);
  const other = negated ? usageOf("flags", entry.flag) : 0;
  const unused = negated ? 500 - Math.min(499, other) + (defaultAt(entry, version) === true ? 0 : 1) : 0;
  const base = times > 0 ? 500 - Math.min(499, times) : UNCOUNTED + unused;
  return base + (deprecated ? OBSOLETE : 0) + (used.has(entry) ? USED : 0);
}

const tables = new Map<string, readonly Spelling[]>();

/** Every long name of a release, `--no-…` of switches included. */
export function spellingsAt(version: VllmVersion): readonly Spelling[] {
  const key = `${version.major}.${version.minor}.${version.patch}`;
  let table = tables.get(key);
  if (!table) {
    table = flagCatalogue.flags.flatMap((entry): Spelling[] => {
      if (!existsAt(entry, version)) return [];
      const own = { name: entry.flag, entry, negated: false };
      return isNegatableAt(entry, version)
        ? [own, { name: `--no-${entry.flag.slice(2)}`, entry, negated: true }]
        : [own];
    });
    tables.set(key, table);
  }
  return table;
}

/** What is given elsewhere on the command line than at the cursor. */
function usedFlags({ server, site }: CommandLine): ReadonlySet<FlagEntry> {
  const here = site.scalar.spanOf(site.at, site.at).start;
  const used = new Set<FlagEntry>();
  for (const setting of server?.engine.bindings ?? []) {
    const { doc, span } = setting.flagAt;
    if (doc === site.doc && span.start <= here && here <= span.end) continue;
    const found = flagCatalogue.flags.find(({ flag }) => flag === setting.flag);
    if (found) used.add(found);
  }
  return used;
}

/** The value to begin with: the default, or what this manifest suggests. */
function sampleOf(entry: FlagEntry, { version, server }: CommandLine): string {
  if (entry.choices || entry.type === "json" || isModelFlag(entry.flag)) return "";
  if (entry.flag === "--tensor-parallel-size" && server?.gpu.count !== undefined)
    return String(server.gpu.count);
  const value = defaultAt(entry, version);
  return value === null || typeof value === "object" ? "" : String(value);
}

const MODEL_FLAGS = new Set(["--model", "--tokenizer"]);

export function isModelFlag(flag: string): boolean {
  return MODEL_FLAGS.has(flag);
}
