import { fieldsOf, isText } from "./messages";

/** A person chose another load. */
export interface SimulationMessage {
  readonly type: "profile";
  readonly profile: string;
}

export function simulationMessage(message: unknown): SimulationMessage | undefined {
  const fields = fieldsOf(message);
  return fields?.type === "profile" && isText(fields.profile)
    ? { type: "profile", profile: fields.profile }
    : undefined;
}
