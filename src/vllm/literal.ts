import { isPlaceholder } from "../kubernetes/known";
import type { Traced } from "../shell/traced";

/** Words that people leave for a tool or a reader to replace. */
const STAND_IN =
  /\b(replaced?|changed?|filled)[-_ ](by|me|with|in)\b|^(your|my|replace|change|insert|todo)[-_ ][-_ a-z]*$|[-_ ]here$|\bplaceholder\b/i;

/**
 * A value that rests on nothing unknown. Templates, `${NAME}` that some preprocessor fills, `$(NAME)` that Kubernetes found no
 * variable for, and stand-ins such as `replaced-by-kustomize` have no value that anything may be concluded from.
 */
export function literalText(traced: Traced): string | undefined {
  const { text } = traced;
  if (!traced.known || traced.maybe || isPlaceholder(text)) return undefined;
  return text.includes("$(") || /\$[A-Z_][A-Z0-9_]*/.test(text) || STAND_IN.test(text) ? undefined : text;
}
