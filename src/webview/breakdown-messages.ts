import { fieldsOf, isIndex } from "./messages";

/** A person wants to see where an input stands in the manifest. */
export interface BreakdownMessage {
  readonly type: "jump";
  readonly input: number;
}

export function breakdownMessage(message: unknown): BreakdownMessage | undefined {
  const fields = fieldsOf(message);
  return fields?.type === "jump" && isIndex(fields.input) ? { type: "jump", input: fields.input } : undefined;
}
