import type { SchemaError } from "./validate-config";

/** What is known of one value of a JSON option; see scripts/generate/json-options.ts. */
export interface JsonShape {
  readonly title?: string;
  readonly type?: string | readonly string[];
  /** Keys that are not listed are legal. */
  readonly free?: boolean;
  /** vLLM takes text that is no object for a plain string. */
  readonly loose?: boolean;
  /** Values seen so far; later releases may have more. */
  readonly names?: readonly string[];
  readonly enum?: readonly unknown[];
  /** The first release that surely no longer has the key. */
  readonly removed?: string;
  readonly replacedBy?: string;
  /** Keys that a key needs beside it. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonShape>>;
}

declare const validate: {
  /** Takes an object of values by canonical flag, `{"--speculative-config": {…}}`. */
  (values: Readonly<Record<string, unknown>>): boolean;
  /** Of the last call. */
  errors?: readonly SchemaError[] | null;
};

export default validate;

/** By canonical flag. */
export const schemas: Readonly<Record<string, JsonShape>>;
