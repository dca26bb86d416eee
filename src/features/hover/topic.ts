import type { Range } from "../../base/text";
import type { Site } from "../completion/site";

/** What is said of the place under the mouse. */
export interface Topic {
  readonly range: Range;
  readonly markdown: string;
  /** The place is the name of something rather than its value. */
  readonly isName?: boolean;
}

/** Explains one sort of place; undefined for all others. */
export type Explainer = (site: Site) => Topic | undefined;

export function wholeRange(site: Site): Range {
  return site.range(0, site.text.length);
}
