import catalogue from "./usage.json";

/** How many servers of public manifests use a name of the catalogues. It orders proposals and means nothing else. */
type Counts = Readonly<Record<string, number>>;

interface Usage {
  readonly about: string;
  readonly source: string;
  readonly servers: number;
  /** By long name; switches that are turned off count as `--no-…`. */
  readonly flags: Counts;
  /** By `--flag=choice`. */
  readonly choices: Counts;
  readonly variables: Counts;
  readonly models: Counts;
}

const usage: Usage = catalogue;

export function usageOf(table: "flags" | "choices" | "variables" | "models", name: string): number {
  return Object.hasOwn(usage[table], name) ? (usage[table][name] ?? 0) : 0;
}
