import { knownText } from "../../kubernetes";
import type { FlagEntry } from "../../data/flags";
import { usageOf } from "../../data/usage";
import { choicesAt, defaultAt, matchFlag } from "../../vllm/flags";
import { NEWEST, type VllmVersion } from "../../vllm/version";
import { flagOfKey } from "../../vllm/chart-map";
import { flagDetail, flagMarkdown } from "../hover/flag-text";
import { spellingsAt } from "./flags";
import { modelsFor } from "./models";
import { endsWith } from "./path";
import { sortTextOf, type Proposal } from "./proposal";
import { keyChoices, valueChoices } from "./simple";
import type { Site } from "./site";

/** Options as keys of a map: a chart's `vllmConfig`, a file for `--config`. */
export function mapProposals(site: Site): readonly Proposal[] | undefined {
  if (site.scalar.templated) return undefined;
  return chart(site) ?? modelUrl(site) ?? configFile(site);
}

/** What production-stack's chart makes flags of (helm/templates/deployment-vllm-multi.yaml). */
const CHART_KEYS = [
  "maxModelLen", "tensorParallelSize", "gpuMemoryUtilization", "dtype", "maxNumSeqs", "enablePrefixCaching", "enableChunkedPrefill", "maxLoras",
]; // prettier-ignore

function chart(site: Site): readonly Proposal[] | undefined {
  const version = site.server?.version.version ?? NEWEST;
  if (site.isKey && endsWith(site.path, "vllmConfig")) {
    const choices = CHART_KEYS.flatMap((label) => {
      const entry = matchFlag(flagOfKey(label), version)?.entry;
      return entry
        ? [
            {
              label,
              text: valueFor(entry, version),
              detail: flagDetail(entry, version),
              documentation: flagMarkdown(entry, version),
            },
          ]
        : [];
    });
    return keyChoices(site, "flag", [
      ...choices,
      { label: "extraArgs", text: "[]", detail: "further options, as a list" },
    ]);
  }
  if (site.isKey || !endsWith(site.path, "vllmConfig", "*")) return undefined;
  const entry = matchFlag(flagOfKey(String(site.path.at(-1))), version)?.entry;
  return entry && valueChoices(site, "value", choicesOf(entry, version));
}

function choicesOf(entry: FlagEntry, version: VllmVersion): readonly { label: string; bare?: true }[] {
  if (entry.type === "bool")
    return [
      { label: "true", bare: true },
      { label: "false", bare: true },
    ];
  return (choicesAt(entry, version) ?? []).map((choice) => ({ label: String(choice) }));
}

/** A value to begin with, as YAML. */
function valueFor(entry: FlagEntry, version: VllmVersion): string {
  if (entry.type === "bool") return "true";
  const value = defaultAt(entry, version);
  return typeof value === "number" ? String(value) : "";
}

function modelUrl(site: Site): readonly Proposal[] | undefined {
  return !site.isKey && endsWith(site.path, "modelSpec", "*", "modelURL")
    ? modelsFor(site, 0, site.text.length)
    : undefined;
}

/** The file that a server in view reads with `--config`, in a ConfigMap's block scalar. */
function configFile(site: Site): readonly Proposal[] | undefined {
  const { path, scalar, text, at } = site;
  if (knownText(site.nodes[0], "kind") !== "ConfigMap" || scalar.style !== "literal") return undefined;
  const name = String(path.at(-1));
  const server = site.folder
    .servers()
    .find(({ engine }) => engine.settings.get("--config")?.text?.split("/").at(-1) === name);
  if (!server) return undefined;
  const version = server.version.version;
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  const end = newline === -1 ? text.length : newline;
  const value = /^([\w-]+):[ \t]+/.exec(text.slice(start, at));
  if (value) {
    const entry = matchFlag(`--${value[1] ?? ""}`, version)?.entry;
    return (
      entry &&
      lineProposals(
        site,
        start + value[0].length,
        end,
        choicesOf(entry, version).map(({ label }) => ({ label, text: label })),
      )
    );
  }
  if (!/^[\w-]*$/.test(text.slice(start, end))) return undefined;
  const written = new Set([...text.matchAll(/^([\w-]+):/gm)].map((match) => match[1]));
  const options = spellingsAt(version).filter(
    ({ name: flag, negated }) => !negated && !written.has(flag.slice(2)),
  );
  const ranked = [...options].sort((a, b) => usageOf("flags", b.name) - usageOf("flags", a.name));
  return lineProposals(
    site,
    start,
    end,
    ranked.map(({ entry }) => ({
      label: entry.flag.slice(2),
      text: `${entry.flag.slice(2)}: ${valueFor(entry, version)}`,
      detail: flagDetail(entry, version),
      documentation: flagMarkdown(entry, version),
    })),
  );
}

interface LineChoice {
  readonly label: string;
  readonly text: string;
  readonly detail?: string;
  readonly documentation?: string;
}

function lineProposals(
  site: Site,
  start: number,
  end: number,
  choices: readonly LineChoice[],
): readonly Proposal[] {
  const range = site.range(start, end);
  return choices.map(({ label, text, detail, documentation }, i) => ({
    label,
    kind: detail === undefined ? "value" : "flag",
    detail,
    documentation,
    range,
    newText: text,
    filterText: label,
    sortText: sortTextOf(i),
  }));
}
