/** Data from outside whose shape nobody has checked yet. */
export type Dict = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
