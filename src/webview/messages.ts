/** What a page tells its panel, whatever it shows. */
export type BaseMessage =
  /** The page runs and may be given its state. */
  | { readonly type: "ready" }
  /** A link was chosen: the panel opens it when it is one that it had given to the page. */
  | { readonly type: "open"; readonly url: string };

/** What a panel gives its page: everything it shows, each time. */
export interface StateMessage {
  readonly type: "state";
  readonly state: unknown;
}

/** Something that a person should know beside the last state: that it is old, that an action failed. */
export interface NoticeMessage {
  readonly type: "notice";
  readonly text: string;
}

/** A message has a type and at most a few short fields; anything longer is none of ours. */
const LONGEST_TEXT = 4096;

/** Fields of a message from the other side, which may be anything; undefined unless it is an object with a type. */
export function fieldsOf(message: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof message !== "object" || message === null || Array.isArray(message)) return undefined;
  const fields = message as Record<string, unknown>;
  return typeof fields.type === "string" ? fields : undefined;
}

export function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_TEXT;
}

/** A position in a list of the panel's state. */
export function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function baseMessage(message: unknown): BaseMessage | undefined {
  const fields = fieldsOf(message);
  if (fields?.type === "ready") return { type: "ready" };
  if (fields?.type === "open" && isText(fields.url)) return { type: "open", url: fields.url };
  return undefined;
}
