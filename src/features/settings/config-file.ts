import { own } from "../../base/own";
import { distance } from "fastest-levenshtein";
import type { Span } from "../../base/span";
import { TextIndex, type Range } from "../../base/text";
import { cardsCalled, findGpu, gpuEntries } from "../../data/gpus";
import validate, { type SchemaError } from "../../data/validate-config";
import { asMap, scalarAt, type YamlMap, type YamlNode, type YamlScalar } from "../../yaml/node";
import { parseFile } from "../../yaml/parse";
import type { Settings } from "./settings";

export interface ConfigProblem {
  readonly message: string;
  readonly range: Range;
}

export interface ConfigFile {
  /** What is valid of it; the rest has no effect. */
  readonly settings: Partial<Settings>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads the text of a `.vllm-k8s.yaml`. Never throws: what it cannot use, it reports at its exact place. */
export function readConfigFile(text: string): ConfigFile {
  return new ConfigReader(text).read();
}

interface Problem {
  readonly message: string;
  readonly span: Span;
}

class ConfigReader {
  private readonly problems: Problem[] = [];

  constructor(private readonly text: string) {}

  read(): ConfigFile {
    const index = new TextIndex(this.text);
    const settings = this.settings();
    const sorted = this.problems.sort((a, b) => a.span.start - b.span.start);
    return {
      settings,
      problems: sorted.map(({ message, span }) => ({ message, range: index.rangeOf(span) })),
    };
  }

  private settings(): Partial<Settings> {
    const [first, ...others] = parseFile(this.text).filter(
      ({ source }) => source.root || source.problems.length > 0,
    );
    if (!first) return {};
    for (const { offset } of others) {
      this.report("Only the first YAML document of this file is read.", {
        start: offset,
        end: offset + "---".length,
      });
    }
    const { source, offset } = first;
    for (const { message, span } of source.problems) {
      this.report(`YAML error: ${message}`, { start: span.start + offset, end: span.end + offset });
    }
    const root = source.root;
    if (!root || (root.kind === "scalar" && root.value === null)) return {};
    const value = plainOf(root);
    const errors = validate(value) ? [] : (validate.errors ?? []);
    // What cannot be parsed breaks what is around it; one cause is enough to be told.
    if (source.problems.length === 0) {
      this.reportDuplicates(root, offset);
      for (const error of errors) this.reportInvalid(error, root, offset);
      this.reportGpu(scalarAt(root, "assume", "gpu"), offset);
    }
    return withoutInvalid(value, errors) as Partial<Settings>;
  }

  private report(message: string, span: Span): void {
    this.problems.push({ message, span });
  }

  private reportDuplicates(node: YamlNode, offset: number, depth = 0): void {
    const map = asMap(node);
    if (!map || depth > MAX_DEPTH) return;
    const seen = new Set<string>();
    for (const { key, value } of map.entries) {
      if (seen.has(key.text))
        this.report(`\`${key.text}\` is set twice; the first one counts.`, shifted(key.span, offset));
      seen.add(key.text);
      if (value) this.reportDuplicates(value, offset, depth + 1);
    }
  }

  private reportGpu(node: YamlScalar | undefined, offset: number): void {
    const message = typeof node?.value === "string" ? unknownGpu(node.value) : undefined;
    if (node && message !== undefined) this.report(message, shifted(node.span, offset));
  }

  private reportInvalid(error: SchemaError, root: YamlNode, offset: number): void {
    const place = placeOf(error, root);
    const message = messageFor(error, place);
    if (message !== undefined) this.report(message, shifted(place.span, offset));
  }
}

function shifted(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

/** Deeper than any setting. Aliases can make a text of a few lines infinitely deep. */
const MAX_DEPTH = 3;

/** The value as the validator wants it: the first of equal keys, empty settings left out, lists as far as one can tell them. */
function plainOf(node: YamlNode | null, depth = 0): unknown {
  if (node === null) return null;
  if (node.kind === "scalar") return node.value;
  if (node.kind === "seq" || depth >= MAX_DEPTH) return [];
  const entries = node.entries.toReversed().flatMap(({ key, value }) => {
    const plain = plainOf(value, depth + 1);
    const isEmptySection = plain === null && depth === 0;
    return isEmptySection ? [] : [[key.text, plain] as const];
  });
  return Object.fromEntries(entries);
}

interface Place {
  /** What the error is about: a key when that is at fault or has no value. */
  readonly span: Span;
  readonly name: string;
  readonly node: YamlNode | null;
}

function placeOf(error: SchemaError, root: YamlNode): Place {
  const keys = pathOf(error);
  let place: Place = { span: root.span, name: "", node: root };
  for (const [i, name] of keys.entries()) {
    const entry: ReturnType<YamlMap["entry"]> = asMap(place.node)?.entry(name);
    if (!entry) break;
    const { key, value } = entry;
    const wantsKey =
      value === null || value.span.end <= value.span.start || (i === keys.length - 1 && isAboutKey(error));
    place = { span: wantsKey ? key.span : value.span, name, node: value };
  }
  return place;
}

function pathOf({ instancePath, propertyName }: SchemaError): readonly string[] {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return propertyName === undefined ? keys : [...keys, propertyName];
}

function isAboutKey(error: SchemaError): boolean {
  return error.propertyName !== undefined;
}

/** Undefined for errors that only sum up others. */
function messageFor(error: SchemaError, { name, node }: Place): string | undefined {
  const allowed = (error.params.allowedValues ?? []) as readonly string[];
  if (error.keyword === "propertyNames") return undefined;
  if (isAboutKey(error)) return unknownName(error, name, allowed);
  if (error.keyword === "enum") return wrongSeverity(name, node, allowed);
  if (name === "vllmVersion") return wrongVersion(node);
  if (error.instancePath.startsWith("/calibrations/"))
    return `The calibration \`${name}\` is not complete or has a value of the wrong kind; keep it anew from a start-up log.`;
  if (error.instancePath.startsWith("/models/"))
    return `The path of the config.json of \`${name}\` must be a text.`;
  if (error.keyword === "minLength")
    return `\`${name}\` is empty; name a GPU like \`H100-80GB\` or leave the line out.`;
  if (error.instancePath === "")
    return "A map of `rules`, `assume`, `lens`, `models` and `calibrations` is expected here.";
  return `\`${name}\` must be ${KINDS[String(error.params.type)] ?? `a ${String(error.params.type)}`}.`;
}

const KINDS: Readonly<Record<string, string>> = {
  boolean: "`true` or `false`",
  object: "a map, one `key: value` a line",
  string: "a text",
};

function unknownName(error: SchemaError, name: string, allowed: readonly string[]): string {
  const isRule = error.instancePath === "/rules";
  const near = nearest(name, allowed);
  const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
  if (isRule) return `There is no rule or group \`${name}\`.${hint || " `vllm-k8s explain` lists them."}`;
  return `Unknown setting \`${name}\`.${hint || ` Known here: ${list(allowed, "and")}.`}`;
}

/** What other linters call the same. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  warn: "warning", information: "info", note: "info", err: "error", false: "off", none: "off", ignore: "off", disabled: "off", never: "off",
  true: "warning", on: "warning",
}; // prettier-ignore

function wrongSeverity(name: string, node: YamlNode | null, allowed: readonly string[]): string {
  const choices = `Severity of \`${name}\` must be ${list(allowed, "or")}`;
  if (node?.kind !== "scalar" || node.text === "") return `${choices}.`;
  const word = node.text.toLowerCase();
  const near = own(OTHER_WORDS, word) ?? nearest(word, allowed);
  return `${choices}, not \`${node.text}\`.${near === undefined ? "" : ` Did you mean \`${near}\`?`}`;
}

function wrongVersion(node: YamlNode | null): string {
  if (node?.kind === "scalar" && typeof node.value === "number") {
    return `\`vllmVersion\` must be a text: \`${node.text}\` is a number in YAML. Write \`"${node.text}"\`.`;
  }
  return '`vllmVersion` must be a vLLM release in quotes, like `"0.11.0"`.';
}

/** Undefined for a card that the catalogue has, and for no name at all. */
function unknownGpu(name: string): string | undefined {
  if (name === "" || findGpu(name)) return undefined;
  const cards = cardsCalled(name);
  if (cards.length > 0) return `\`${name}\` is a card of several sizes: write ${list(cards, "or")}.`;
  const aliases = new Map(
    gpuEntries().flatMap((card) => card.aliases.map((alias) => [alias.toLowerCase(), alias])),
  );
  const near = aliases.get(nearest(name, [...aliases.keys()]) ?? "");
  const hint =
    near === undefined ? "Names are like `L4`, `H100-80GB` and `MI300X`." : `Did you mean \`${near}\`?`;
  return `No GPU \`${name}\` is known. ${hint}`;
}

function list(items: readonly string[], word: "and" | "or"): string {
  const quoted = items.map((item) => `\`${item}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${word} ${last}`;
}

/** The candidate that a slip of the keys away from one would make; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase().slice(0, 100);
  let best: { candidate: string; cost: number } | undefined;
  for (const candidate of candidates) {
    // People leave the group out, or write it wrong.
    const cost = Math.min(
      distance(lower, candidate),
      distance(lower.split("/").at(-1) ?? "", candidate.split("/").at(-1) ?? "") + 1,
    );
    if (best === undefined || cost < best.cost) best = { candidate, cost };
  }
  return best !== undefined && best.cost <= Math.max(2, Math.floor(lower.length / 3))
    ? best.candidate
    : undefined;
}

function withoutInvalid(value: unknown, errors: readonly SchemaError[]): unknown {
  const bad = new Set(
    errors.filter((e) => e.keyword !== "propertyNames").map((e) => JSON.stringify(pathOf(e))),
  );
  const prune = (inner: unknown, path: readonly string[]): unknown => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const kept = Object.entries(inner).filter(([key]) => !bad.has(JSON.stringify([...path, key])));
    return Object.fromEntries(kept.map(([key, v]) => [key, prune(v, [...path, key])]));
  };
  return bad.has("[]") ? {} : prune(value, []);
}
