import type { Span } from "../../base/span";
import type { KubeObject } from "../../kubernetes";
import type { YamlScalar } from "../../yaml/node";

/** One place at which something is named. All places of the same thing have the same entity. */
export interface Occurrence {
  readonly entity: string;
  readonly sort: "object" | "port" | "volume" | "label";
  readonly role: "definition" | "reference";
  readonly name: string;
  readonly scalar: YamlScalar;
  /** The name's characters in the document. */
  readonly span: Span;
  readonly object: KubeObject;
}

export function wholeOf(scalar: YamlScalar): Span {
  return scalar.spanOf(0, scalar.text.length);
}

/** True for a name that is written out: no template, no variable. */
export function isName(scalar: YamlScalar): boolean {
  return !scalar.templated && scalar.value !== null && /^[A-Za-z0-9][\w.-]*$/.test(scalar.text);
}
