import catalogue from "../../src/data/json-keys.json";
import { schemas } from "../../src/data/json-options";
import { variables } from "../../src/data/variables";
import { repeatedNames } from "./entries";

const KEYS = new Set(["name", "summary", "values", "default", "note", "secret", "seen", "docs"]);

/** Refuses variables and keys of JSON options that nothing understands. Returns the number of variables. */
export function checkVariables(): number {
  const problems = variables.flatMap((entry) => {
    const unknown = Object.keys(entry).filter((key) => !KEYS.has(key));
    const own = entry.name.startsWith("VLLM_");
    return [
      ...unknown.map((key) => `${entry.name}: unknown key ${key}`),
      ...(/^[A-Z].*\.$/.test(entry.summary) ? [] : [`${entry.name}: its summary is no sentence`]),
      ...(own === (entry.docs === undefined)
        ? []
        : [`${entry.name}: docs are for variables that others define`]),
    ];
  });
  const names = variables.map(({ name }) => name);
  problems.push(...repeatedNames(names));
  for (const flag of [...Object.keys(catalogue.keys), ...Object.keys(catalogue.begin)])
    if (!schemas[flag]) problems.push(`${flag}: no such JSON option`);
  for (const [flag, values] of Object.entries(catalogue.begin))
    for (const value of values) if (!isObject(value)) problems.push(`${flag}: ${value} is no JSON`);
  if (problems.length > 0)
    throw new Error(`src/data/variables.json or json-keys.json:\n  ${problems.join("\n  ")}`);
  return variables.length;
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
