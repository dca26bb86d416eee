import type { Unit } from "./panels";

/** A number as a tile, an axis and a lens show it. */
export function formatNumber(value: number | undefined, unit: Unit): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  switch (unit) {
    case "share":
      return `${digits(value * 100)} %`;
    case "seconds":
      return value < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case "per-second":
      return `${digits(value)}/s`;
    case "tokens-per-second":
      return `${digits(value)} tok/s`;
    case "bytes":
      return `${digits(value / 2 ** 30)} GiB`;
    case "count":
      return digits(value);
  }
}

/** Three digits that count; whole numbers stay whole. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${trimmed((value / 1000).toPrecision(3))}k`;
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  if (size < 0.01 && size > 0) return trimmed(value.toFixed(3));
  return trimmed(value.toPrecision(3));
}

function trimmed(text: string): string {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

/** How long ago, for data that is shown past its time. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
