/** How numbers are written wherever a person reads them; hosts that lay out text of their own use the same. */
export { formatBytes, formatGib, formatSeconds, formatTimes, formatTokens } from "../sizing/format";

/** Three decimals: more would claim what no estimate has. */
export function thousandths(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}
