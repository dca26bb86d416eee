import catalogue from "./environment.json";

/** A `VLLM_*` variable that later releases no longer read. */
export interface RetiredVariable {
  readonly name: string;
  /** The first release that surely does not read it. */
  readonly removed: string;
  /** The option that does the same. */
  readonly replacedBy?: string;
  readonly note?: string;
}

const retired: ReadonlyMap<string, RetiredVariable> = new Map(
  (catalogue.removed as readonly RetiredVariable[]).map((entry) => [entry.name, entry]),
);

export function retiredVariable(name: string): RetiredVariable | undefined {
  return retired.get(name);
}

/** The names that vLLM reads, or did once. */
export const vllmVariables: ReadonlySet<string> = new Set([...catalogue.names, ...retired.keys()]);
