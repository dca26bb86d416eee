import type { FlagDefault, FlagEntry } from "../../data/flags";
import { choicesAt, defaultAt, isNegatableAt } from "../../vllm/flags";
import { formatVersion, isAtLeast, type VllmVersion } from "../../vllm/version";

/** `integer · default 256 · since 0.6.0`, for one line beside a name. */
export function flagDetail(entry: FlagEntry, version: VllmVersion): string {
  const parts = [typeOf(entry), defaultText(entry, version)];
  if (entry.since !== "0.4.0") parts.push(`since ${entry.since}`);
  if (isDeprecatedAt(entry, version)) parts.push(`deprecated since ${entry.deprecated ?? ""}`);
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** What a flag means, takes and was, for the server's version. */
export function flagMarkdown(entry: FlagEntry, version: VllmVersion): string {
  const release = formatVersion(version);
  const byDefault = defaultText(entry, version);
  const choices = choicesAt(entry, version);
  const facts = [
    `Type: ${typeOf(entry)}`,
    byDefault === undefined ? undefined : `In vLLM ${release}: ${byDefault}`,
    entry.defaults && entry.defaults.length > 1 ? `By release: ${historyOf(entry)}` : undefined,
    choices
      ? `Choices: ${choices.map((choice) => `\`${choice}\``).join(", ")}${entry.choicesOpen ? ", and those of plugins" : ""}`
      : undefined,
    rangeOf(entry),
    entry.aliases ? `Also written ${entry.aliases.map((alias) => `\`${alias}\``).join(", ")}` : undefined,
    isNegatableAt(entry, version) ? `Off: \`--no-${entry.flag.slice(2)}\`` : undefined,
    lifeOf(entry),
    entry.note === undefined ? undefined : sentence(entry.note),
  ].filter((fact) => fact !== undefined);
  return [
    `**\`${entry.flag}\`**`,
    entry.summary,
    facts.map((fact) => `- ${fact}`).join("\n"),
    `[vLLM's own page](${flagDocs(entry, version)})`,
  ].join("\n\n");
}

const TYPES: Readonly<Record<FlagEntry["type"], string>> = {
  bool: "switch",
  int: "integer",
  float: "number",
  str: "text",
  enum: "one of several words",
  json: "JSON",
  size: "integer, also as 32k or 1M",
  list: "one or more values",
  optional: "at most one value",
  append: "one value, may be repeated",
};

function typeOf(entry: FlagEntry): string {
  return TYPES[entry.type];
}

function defaultText(entry: FlagEntry, version: VllmVersion): string | undefined {
  const value = defaultAt(entry, version);
  if (value !== null && !isEmptyObject(value)) return `default ${formatDefault(entry, value)}`;
  if (entry.defaultNote !== undefined) return `default: ${entry.defaultNote}`;
  return entry.type === "bool" ? "default off" : undefined;
}

function isEmptyObject(value: FlagDefault): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function formatDefault(entry: FlagEntry, value: FlagDefault): string {
  if (entry.type === "bool") return value === true ? "on" : "off";
  return `\`${typeof value === "object" ? JSON.stringify(value) : String(value)}\``;
}

function historyOf(entry: FlagEntry): string {
  return (entry.defaults ?? [])
    .map(
      ([from, value]) =>
        `${value === null ? "left to the engine" : formatDefault(entry, value)} from ${from}`,
    )
    .join(", ");
}

function rangeOf({ min, max, exclusiveMin }: FlagEntry): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  const from = min === undefined ? "" : `${exclusiveMin ? "more than" : "from"} ${min}`;
  return `Range: ${[from, max === undefined ? "" : `to ${max}`].filter((part) => part !== "").join(" ")}`;
}

function lifeOf({ since, deprecated, removed, replacedBy }: FlagEntry): string | undefined {
  const parts = [
    since === "0.4.0" ? undefined : `since ${since}`,
    deprecated === undefined ? undefined : `deprecated since ${deprecated}`,
    removed === undefined ? undefined : `removed in ${removed}`,
    replacedBy === undefined ? undefined : `replaced by \`${replacedBy}\``,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : sentence(parts.join(", "));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function isDeprecatedAt({ deprecated }: FlagEntry, version: VllmVersion): boolean {
  return deprecated !== undefined && isAtLeast(version, deprecated);
}

const DOCS = "https://docs.vllm.ai/en";

/**
 * The page of a flag in the documentation of a release. The command's own page came with v0.10.1 (vllm-project/vllm#22601), the
 * file names without `.html` with v0.11.1 (#28058). MkDocs makes one dash of the two in a heading's anchor.
 */
export function flagDocs(entry: FlagEntry, version: VllmVersion): string {
  const release = formatVersion(version);
  const anchor = `#-${entry.flag.slice(2)}`;
  if (isAtLeast(version, "0.11.1")) return `${DOCS}/v${release}/cli/serve/${anchor}`;
  if (isAtLeast(version, "0.10.1")) return `${DOCS}/v${release}/cli/serve.html${anchor}`;
  if (isAtLeast(version, "0.9.1")) return `${DOCS}/v${release}/configuration/engine_args.html${anchor}`;
  // Before v0.7.0 the page moved with almost every release.
  return isAtLeast(version, "0.7.0")
    ? `${DOCS}/v${release}/serving/engine_args.html`
    : `${DOCS}/v0.7.0/serving/engine_args.html`;
}
