/** How numbers are written wherever a person reads them; hosts that lay out text of their own use the same. */
export { formatBytes, formatGib, formatSeconds, formatTimes, formatTokens } from "../sizing/format";
