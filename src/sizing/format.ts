const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Three significant digits without an exponent: 0.127, 1.44, 14.9, 152, 70300. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1000) return String(Math.round(Number(value.toPrecision(3))));
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return trimZeros(value.toFixed(digits));
}

/** `14.9 GiB` from a number of GiB. Small ones turn into MiB, large ones into TiB. */
export function formatGib(gib: number): string {
  return formatBytes(gib * 2 ** 30);
}

/** `128 KiB`, `14.9 GiB` from bytes. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "unknown";
  let scaled = bytes;
  let unit = 0;
  while (Math.abs(scaled) >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${formatNumber(scaled)} ${UNITS[unit]}`;
}

/** `460k`, `1.05M`, `8192`: a count of tokens that a person reads at a glance. */
export function formatTokens(tokens: number): string {
  if (!Number.isFinite(tokens)) return "unknown";
  if (Math.abs(tokens) < 10_000) return String(Math.floor(tokens));
  if (Math.abs(tokens) < 999_500) return `${formatNumber(tokens / 1000)}k`;
  if (Math.abs(tokens) < 999_500_000) return `${formatNumber(tokens / 1_000_000)}M`;
  return `${formatNumber(tokens / 1_000_000_000)}G`;
}

/** `460,496`: an exact count with separators. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return "unknown";
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `3.5x` with the digits that vLLM prints. */
export function formatTimes(times: number): string {
  if (!Number.isFinite(times)) return "unknown";
  return times >= 100 ? `${Math.round(times)}x` : `${trimZeros(times.toFixed(times >= 10 ? 1 : 2))}x`;
}

/** Marks an estimate: `≈ 14.9 GiB`. */
export function approximately(text: string): string {
  return `≈ ${text}`;
}

/** `≈ 3.05 GiB (2.8 to 3.3 GiB)`, or the plain value when the band is narrower than what is shown. */
export function formatBand(
  quantity: { readonly value: number; readonly low: number; readonly high: number },
  format: (value: number) => string,
): string {
  const [low, value, high] = [format(quantity.low), format(quantity.value), format(quantity.high)];
  return low === high ? value : `${approximately(value)} (${low} to ${high})`;
}

export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${trimZeros((seconds / 60).toFixed(seconds < 600 ? 1 : 0))} min`;
  return `${trimZeros((seconds / 3600).toFixed(1))} h`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
