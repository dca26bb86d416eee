import type { Rule } from "./define";

/** Every rule, in the order of the documentation. A new rule is one line here. */
export const RULES: readonly Rule[] = [];
