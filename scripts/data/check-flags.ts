import { flagCatalogue, type FlagEntry } from "../../src/data/flags";
import { choicesAt, defaultAt } from "../../src/vllm/flags";
import { compareVersions, NEWEST, parseVersion } from "../../src/vllm/version";
import { isRelease, keyProblems, repeatedNames, unusedSources, type Check, type EntryShape } from "./entries";

const TYPES = new Set(["bool", "int", "float", "str", "enum", "json", "size", "list", "optional", "append"]);

/** Every key an entry may have, with what its value has to be. */
const KEYS: Readonly<Record<string, Check>> = {
  // One flag of 2024 is spelled with an underscore in vLLM itself.
  flag: (v) => typeof v === "string" && /^--[a-z0-9]+([-_][a-z0-9]+)*$/.test(v),
  aliases: (v) => isListOf(v, (name) => typeof name === "string" && /^--?[a-z][a-z0-9-]*$/.test(name)),
  aliasSince: (v) => typeof v === "object" && v !== null && Object.values(v).every(isRelease),
  type: (v) => typeof v === "string" && TYPES.has(v),
  default: (v) => v !== undefined && v !== null,
  defaults: (v) => isListOf(v, (step) => Array.isArray(step) && step.length === 2 && isRelease(step[0])),
  defaultNote: isText,
  words: (v) => isListOf(v, isText),
  choices: (v) => isListOf(v, (choice) => typeof choice === "string" || typeof choice === "number"),
  choicesOpen: isTrue,
  choicesHistory: (v) => isListOf(v, isChoiceStep),
  choicesNote: isText,
  negatable: isRelease,
  since: isRelease,
  deprecated: isRelease,
  removed: isRelease,
  removalAnnounced: isTrue,
  replacedBy: (v) => typeof v === "string" && v.startsWith("--"),
  note: isText,
  min: (v) => typeof v === "number",
  max: (v) => typeof v === "number",
  exclusiveMin: isTrue,
  nullable: isTrue,
  group: isText,
  summary: (v) => typeof v === "string" && /^[A-Z].*[.)]$/.test(v),
  source: (v) => typeof v === "number" && flagCatalogue.sources[v] !== undefined,
  inferred: isTrue,
};

const SHAPE: EntryShape = { keys: KEYS, required: ["flag", "type", "since", "group", "summary", "source"] };

function isTrue(value: unknown): boolean {
  return value === true;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isListOf(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(check);
}

function isChoiceStep(step: unknown): boolean {
  if (!Array.isArray(step) || step.length !== 3 || !isRelease(step[0])) return false;
  return step.slice(1).every((names) => Array.isArray(names) && names.every(isText));
}

/** Refuses the flag catalogue when an entry is not understood to the last key. Returns the number of entries. */
export function checkFlags(): number {
  const { flags, sources, newest } = flagCatalogue;
  const problems = flags.flatMap((entry) => problemsOf(entry).map((problem) => `${entry.flag}: ${problem}`));
  const names = flags
    .flatMap((entry) => [entry.flag, ...(entry.aliases ?? [])])
    .map((name) => name.replaceAll("_", "-"));
  problems.push(...repeatedNames(names), ...unusedSources(sources, flags));
  const release = parseVersion(newest);
  if (!release || compareVersions(release, NEWEST) !== 0)
    problems.push(`newest is ${newest}, not the project's newest release`);
  if (problems.length > 0) throw new Error(`src/data/flags.json:\n  ${problems.join("\n  ")}`);
  return flags.length;
}

function problemsOf(entry: FlagEntry): readonly string[] {
  const problems = keyProblems(entry, SHAPE);
  return problems.length > 0 ? problems : [...historyProblems(entry), ...valueProblems(entry)];
}

function historyProblems(entry: FlagEntry): readonly string[] {
  const problems: string[] = [];
  const inOrder = (stages: readonly (string | undefined)[], what: string): void => {
    const parsed = stages.flatMap((stage) => parseVersion(stage ?? "") ?? []);
    if (parsed.some((stage, i) => i > 0 && compareVersions(parsed[i - 1] ?? stage, stage) > 0))
      problems.push(`${what} out of order`);
  };
  inOrder([entry.since, entry.deprecated, entry.removed], "since, deprecated and removed are");
  inOrder([entry.since, ...(entry.defaults ?? []).map(([from]) => from), entry.removed], "defaults are");
  inOrder([entry.since, ...(entry.choicesHistory ?? []).map(([at]) => at)], "choicesHistory is");
  inOrder([entry.since, entry.negatable, entry.removed], "since, negatable and removed are");
  const successor = entry.replacedBy;
  if (successor !== undefined && !flagCatalogue.flags.some(({ flag }) => flag === successor)) {
    problems.push(`${successor} is not in the catalogue`);
  }
  return problems;
}

function valueProblems(entry: FlagEntry): readonly string[] {
  const problems: string[] = [];
  if (entry.negatable !== undefined && entry.type !== "bool") problems.push("only a switch can be negated");
  if (entry.type === "enum" && !entry.choices && entry.removed === undefined) problems.push("has no choices");
  const last = entry.defaults?.at(-1)?.[1];
  if (entry.defaults && JSON.stringify(last ?? null) !== JSON.stringify(entry.default ?? null)) {
    problems.push("the newest of its defaults is not its default");
  }
  return [...problems, ...defaultProblems(entry)];
}

function defaultProblems(entry: FlagEntry): readonly string[] {
  const problems: string[] = [];
  const value = defaultAt(entry, NEWEST);
  const choices = choicesAt(entry, NEWEST);
  const isChoice = value === null || Array.isArray(value) || choices?.some((choice) => choice === value);
  if (entry.type === "enum" && choices && !isChoice)
    problems.push(`its default ${JSON.stringify(value)} is no choice`);
  if (typeof value === "number" && (value < (entry.min ?? value) || value > (entry.max ?? value)))
    problems.push("its default is out of range");
  return problems;
}
