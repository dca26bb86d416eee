import { fieldsOf } from "./messages";

/** The difference that is shown shall be kept for the workload. */
export interface CalibrateMessage {
  readonly type: "keep";
}

export function calibrateMessage(message: unknown): CalibrateMessage | undefined {
  return fieldsOf(message)?.type === "keep" ? { type: "keep" } : undefined;
}
