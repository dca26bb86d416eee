import type { Range } from "../base/text";
import type { Spot } from "../yaml/document";
import type { Folder } from "./workspace/folder";

/** A feature that is loaded when it is first used: it comes to the service, which does not know it. */
export type FeatureApart<T> = (
  folder: Folder,
  placeOf: (spot: Spot) => { readonly path: string; readonly range: Range } | undefined,
) => T;
