import { metricCatalogue, type MetricEntry } from "../../src/data/metrics";
import { compareVersions, parseVersion } from "../../src/vllm/version";
import { isRelease, keyProblems, repeatedNames, unusedSources, type Check, type EntryShape } from "./entries";

/** Every key an entry may have, with what its value has to be. */
const KEYS: Readonly<Record<string, Check>> = {
  name: (v) => typeof v === "string" && /^vllm:[a-z][a-z0-9_]*$/.test(v),
  type: (v) => v === "gauge" || v === "counter" || v === "histogram",
  labels: (v) =>
    Array.isArray(v) && v.every((label) => typeof label === "string" && /^[a-z][a-z0-9_]*$/.test(label)),
  moreLabels: (v) => v === true,
  means: isSentence,
  since: isRelease,
  deprecated: isRelease,
  hidden: isRelease,
  removed: isRelease,
  replacedBy: (v) => typeof v === "string",
  instead: (v) => typeof v === "string" && v !== "",
  when: (v) => typeof v === "string" && v !== "",
  inferred: (v) => v === true,
  source: (v) => typeof v === "number" && metricCatalogue.sources[v] !== undefined,
};

const SHAPE: EntryShape = { keys: KEYS, required: ["name", "type", "means", "source"] };

function isSentence(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z].*\.$/.test(value);
}

/** Refuses the metric catalogue when an entry is not understood to the last key. Returns the number of entries. */
export function checkMetrics(): number {
  const { metrics, sources } = metricCatalogue;
  const problems = metrics.flatMap((entry) =>
    problemsOf(entry).map((problem) => `${entry.name}: ${problem}`),
  );
  const names = metrics.map((entry) => entry.name);
  problems.push(...repeatedNames(names), ...unusedSources(sources, metrics));
  if (problems.length > 0) throw new Error(`src/data/metrics.json:\n  ${problems.join("\n  ")}`);
  return metrics.length;
}

function problemsOf(entry: MetricEntry): readonly string[] {
  const problems = keyProblems(entry, SHAPE);
  return [...problems, ...historyProblems(entry), ...nameProblems(entry)];
}

function historyProblems(entry: MetricEntry): readonly string[] {
  const stages = [entry.since, entry.deprecated, entry.hidden, entry.removed].flatMap(
    (v) => parseVersion(v ?? "") ?? [],
  );
  const inOrder = stages.every((stage, i) => i === 0 || compareVersions(stages[i - 1] ?? stage, stage) < 0);
  const problems = inOrder ? [] : ["since, deprecated, hidden and removed are out of order"];
  if (
    entry.since === undefined &&
    !entry.inferred &&
    entry.when === undefined &&
    entry.deprecated !== undefined
  )
    problems.push("has an end and no beginning");
  return problems;
}

function nameProblems(entry: MetricEntry): readonly string[] {
  const problems: string[] = [];
  if (entry.type === "counter" && !entry.name.endsWith("_total"))
    problems.push("a counter is exported with _total");
  if (entry.type !== "counter" && /_(bucket|sum|count|created)$/.test(entry.name))
    problems.push("is a series, not a metric");
  if (entry.replacedBy === undefined) return problems;
  const successor = metricCatalogue.metrics.find(({ name }) => name === entry.replacedBy);
  if (successor === undefined) problems.push(`${entry.replacedBy} is not in the catalogue`);
  else if (successor.type !== entry.type) problems.push(`${successor.name} is a ${successor.type}`);
  return problems;
}
