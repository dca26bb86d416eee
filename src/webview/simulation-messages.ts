import { fieldsOf, isText } from "./messages";

export type SimulationMessage =
  /** A person chose another load by its name. */
  | { readonly type: "profile"; readonly profile: string }
  /** A person wants to choose a file with a recorded load. */
  | { readonly type: "recording" }
  /** A person wants the fixes that the right side shows. */
  | { readonly type: "fix" }
  /** Requests a second at the foot and at the height, and minutes; undefined for what the manifest suggests. */
  | { readonly type: "load"; readonly load: ChosenLoad };

export interface ChosenLoad {
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly minutes?: number | undefined;
}

const PARTS = ["low", "high", "minutes"] as const;

export function simulationMessage(message: unknown): SimulationMessage | undefined {
  const fields = fieldsOf(message);
  if (fields?.type === "profile" && isText(fields.profile))
    return { type: "profile", profile: fields.profile };
  if (fields?.type === "recording" || fields?.type === "fix") return { type: fields.type };
  const load = fields?.type === "load" ? fields.load : undefined;
  if (typeof load !== "object" || load === null) return undefined;
  const given = load as Readonly<Record<string, unknown>>;
  const chosen: Record<string, number> = {};
  for (const part of PARTS) {
    const value = given[part];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    chosen[part] = value;
  }
  return { type: "load", load: chosen };
}
