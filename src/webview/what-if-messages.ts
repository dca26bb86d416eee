import { AXES, type WhatIfFilter } from "../features/what-if/axes";
import { fieldsOf, isText } from "./messages";

export type WhatIfMessage =
  /** Another choice of what to compare. */
  | { readonly type: "filter"; readonly filter: WhatIfFilter }
  /** A row was picked: its change is shown as a diff. */
  | { readonly type: "preview"; readonly row: string };

export function whatIfMessage(message: unknown): WhatIfMessage | undefined {
  const fields = fieldsOf(message);
  if (fields?.type === "preview" && isText(fields.row)) return { type: "preview", row: fields.row };
  if (fields?.type !== "filter" || typeof fields.filter !== "object" || fields.filter === null)
    return undefined;
  const given = fields.filter as Record<string, unknown>;
  const [gpu, tensor, length, cache, checkpoint] = AXES.map((axis) => given[axis]);
  if (!isText(gpu) || !isText(tensor) || !isText(length) || !isText(cache) || !isText(checkpoint))
    return undefined;
  return {
    type: "filter",
    filter: { gpu, tensor, length, cache, checkpoint, fitting: given.fitting === true },
  };
}
