/** What a table holds under a name that somebody else chose: `constructor` and its like are none of its entries. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
