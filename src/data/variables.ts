import catalogue from "./variables.json";

/** An environment variable that matters to a vLLM server. */
export interface VariableEntry {
  readonly name: string;
  readonly summary: string;
  /** Values it knows, or that are usual. */
  readonly values?: readonly string[];
  readonly default?: string;
  readonly note?: string;
  /** Its value belongs in a Secret. */
  readonly secret?: true;
  /** The first of the releases read that has it; left out where that is the oldest, or where others define it. */
  readonly seen?: string;
  /** Of variables that others define. */
  readonly docs?: string;
}

export const variables = catalogue.variables as unknown as readonly VariableEntry[];

let index: ReadonlyMap<string, VariableEntry> | undefined;

export function findVariable(name: string): VariableEntry | undefined {
  index ??= new Map(variables.map((entry) => [entry.name, entry]));
  return index.get(name);
}
