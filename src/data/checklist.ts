import catalogue from "./checklist.json";

/** Something that has to be in view before a manifest can show that an entry holds. */
export type ChecklistNeed =
  | "weights"
  | "model"
  | "gpu"
  | "version"
  | "closed"
  | "whole"
  | "scaler"
  | "keda"
  | "quota"
  | "query"
  | "alert"
  | "monitor"
  | "budget";

export interface ChecklistItem {
  /** `2.3`, as in the documentation; never given to another entry. */
  readonly id: string;
  /** What is true when it passes. */
  readonly title: string;
  /** Rules that find where it is not. */
  readonly rules?: readonly string[];
  readonly needs?: readonly ChecklistNeed[];
  /** What a running cluster shows of it. */
  readonly cluster?: string;
  /** What only people know. */
  readonly people?: string;
}

export interface ChecklistSection {
  readonly title: string;
  readonly items: readonly ChecklistItem[];
}

export const checklistSections = catalogue.sections as readonly ChecklistSection[];
