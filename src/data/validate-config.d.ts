/** One thing that is wrong with a value, as ajv tells it. */
export interface SchemaError {
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Set when a key, not its value, is at fault. */
  readonly propertyName?: string;
}

declare const validate: {
  (value: unknown): boolean;
  /** Of the last call. */
  errors?: readonly SchemaError[] | null;
};

export default validate;
