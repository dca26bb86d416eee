import { isPlaceholder } from "../../kubernetes/known";

/** Words that stand for a token rather than being one. */
const STAND_IN =
  /^\$|[<>{}]|change.?me|your|replace|example|placeholder|dummy|fake|test|xxx|\*\*\*|token|secret|^(none|null|empty|sk-?no.*|abc.*|todo)$/i;

/** True for a text in a secret's place that is none: a word to be replaced, a variable, something too short. */
export function isStandIn(text: string): boolean {
  return text.trim().length < 8 || isPlaceholder(text) || text.includes("$(") || STAND_IN.test(text);
}
