import type { Range } from "../../base/text";

/** What an editor lists at the cursor. Accepting it is one edit on the cursor's line or around it. */
export interface Proposal {
  readonly label: string;
  readonly kind: ProposalKind;
  /** One line beside the label. */
  readonly detail?: string | undefined;
  /** Markdown. */
  readonly documentation?: string | undefined;
  readonly range: Range;
  readonly newText: string;
  /** Characters of the new text to select afterwards; the cursor stands behind the text without it. */
  readonly selection?: { readonly start: number; readonly end: number } | undefined;
  /** What is typed is compared with this. */
  readonly filterText: string;
  /** Proposals that match what is typed equally well stand in the order of these. */
  readonly sortText: string;
  readonly deprecated?: boolean | undefined;
  /** Ask for the next proposals at once: the value after a flag. */
  readonly asksOn?: boolean | undefined;
}

/** What a proposal may be, and the symbol that editors show for it: a name that VS Code and the Language Server Protocol share. */
export const PROPOSAL_SYMBOLS = {
  flag: "Property",
  value: "EnumMember",
  model: "Value",
  variable: "Variable",
  key: "Field",
  resource: "Unit",
  label: "Constant",
  name: "Reference",
  path: "File",
  metric: "Variable",
  function: "Function",
} as const;

export type ProposalKind = keyof typeof PROPOSAL_SYMBOLS;

/** Smaller comes first. */
export function sortTextOf(rank: number): string {
  return String(Math.max(0, Math.round(rank))).padStart(5, "0");
}
