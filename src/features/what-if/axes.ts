/** What may differ from the manifest. */
export const AXES = ["gpu", "tensor", "length", "cache", "checkpoint"] as const;
export type Axis = (typeof AXES)[number];

/** On each axis `now`, `any`, or the key of one value. */
export type WhatIfFilter = Readonly<Record<Axis, string>> & {
  /** Only what fits, tightly or not. */
  readonly fitting: boolean;
};
