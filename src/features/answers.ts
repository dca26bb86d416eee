import type { Range } from "../base/text";
import type { Severity } from "../rules/define";
import type { FileEdit } from "./findings/fixes";

/** A finding as an editor shows it. */
export interface Diagnostic {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  readonly range: Range;
  readonly docs: string;
  readonly related: readonly { readonly path: string; readonly range: Range; readonly message: string }[];
  readonly fixable: boolean;
}

/** A change that a person can choose. */
export interface FixAction {
  readonly rule: string;
  readonly title: string;
  /** Part of fix-on-save; otherwise a person has to choose it. */
  readonly safe: boolean;
  /** The first alternative of its finding. */
  readonly preferred: boolean;
  readonly range: Range;
  readonly edits: readonly FileEdit[];
}
