export type Check = (value: unknown) => boolean;

/** What an entry of a catalogue has to look like, key by key. */
export interface EntryShape {
  readonly keys: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
}

/** The keys of an entry that are unknown, wrong or missing. */
export function keyProblems(entry: object, { keys, required }: EntryShape): readonly string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(entry)) {
    const isValid = keys[key];
    if (isValid === undefined) problems.push(`unknown key ${key}`);
    else if (!isValid(value)) problems.push(`${key} is ${JSON.stringify(value)}`);
  }
  for (const key of required) if (!(key in entry)) problems.push(`has no ${key}`);
  return problems;
}

export function repeatedNames(names: readonly string[]): readonly string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name}: listed twice`);
}

/** Sources of a catalogue that none of its entries refers to. */
export function unusedSources(
  sources: readonly string[],
  entries: readonly { readonly source: number }[],
): readonly string[] {
  const used = new Set(entries.map(({ source }) => source));
  return sources.filter((_, i) => !used.has(i)).map((source) => `no entry comes from ${source}`);
}

export function isRelease(value: unknown): boolean {
  return typeof value === "string" && /^\d+\.\d+\.\d+$/.test(value);
}
