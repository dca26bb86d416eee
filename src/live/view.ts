import type { Unit } from "./panels";
import type { AlertState, ThresholdLine } from "./thresholds";

/** What the panel's page shows: numbers and cleaned words, nothing else of the cluster ever gets there. */
export interface LiveView {
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  /** Where the numbers come from, in words. */
  readonly source: string;
  readonly status: StatusView;
  readonly servers: readonly string[];
  readonly server: number;
  readonly ranges: readonly RangeView[];
  /** Minutes. */
  readonly range: number;
  readonly byPod: boolean;
  readonly paused: boolean;
  readonly panels: readonly PanelView[];
  readonly triggers: readonly TriggerView[];
  readonly alerts: readonly AlertView[];
  readonly findings: readonly string[];
  /** Seconds since 1970 of the last good numbers. */
  readonly updated: number | undefined;
}

export interface RangeView {
  readonly minutes: number;
  readonly label: string;
}

export interface StatusView {
  readonly kind: "connecting" | "live" | "stale" | "paused" | "failed" | "off";
  readonly text: string;
  /** What a person can do about it; a rule of RBAC is in `code`. */
  readonly advice?: string | undefined;
  readonly code?: string | undefined;
}

export interface PanelView {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly about: string;
  /** The number of its tile, written out. */
  readonly now: string;
  readonly note: string | undefined;
  /** Seconds since 1970, rising. */
  readonly times: readonly number[];
  readonly lines: readonly LineView[];
  readonly thresholds: readonly ThresholdLine[];
  /** False for what no query gives, such as replicas. */
  readonly hasQuery: boolean;
}

export interface LineView {
  readonly label: string;
  /** One for each time; null is a gap. */
  readonly values: readonly (number | null)[];
}

export interface TriggerView {
  readonly name: string;
  readonly value: string;
  readonly threshold: string;
  readonly replicas: string;
  readonly wanted: string;
  readonly note: string;
}

export interface AlertView {
  readonly name: string;
  readonly state: AlertState;
}

/** What a person does in the page; never a query, a path or an address. */
export type LiveMessage =
  | { readonly type: "range"; readonly minutes: number }
  | { readonly type: "pods"; readonly byPod: boolean }
  | { readonly type: "pause"; readonly paused: boolean }
  | { readonly type: "server"; readonly server: number }
  | { readonly type: "copy"; readonly panel: string }
  | { readonly type: "retry" }
  | { readonly type: "switch" }
  | { readonly type: "disconnect" };

export const RANGES: readonly RangeView[] = [
  { minutes: 5, label: "5 minutes" },
  { minutes: 15, label: "15 minutes" },
  { minutes: 60, label: "1 hour" },
  { minutes: 360, label: "6 hours" },
  { minutes: 1440, label: "1 day" },
];

/** A message of the page, which may be anything; undefined for what is not one of these. */
export function liveMessage(message: unknown): LiveMessage | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, ...fields } = message as Record<string, unknown>;
  switch (type) {
    case "range":
      return RANGES.some(({ minutes }) => minutes === fields.minutes)
        ? { type, minutes: fields.minutes as number }
        : undefined;
    case "pods":
      return typeof fields.byPod === "boolean" ? { type, byPod: fields.byPod } : undefined;
    case "pause":
      return typeof fields.paused === "boolean" ? { type, paused: fields.paused } : undefined;
    case "server":
      return Number.isSafeInteger(fields.server) ? { type, server: fields.server as number } : undefined;
    case "copy":
      return typeof fields.panel === "string" && /^[a-z]{1,20}$/.test(fields.panel)
        ? { type, panel: fields.panel }
        : undefined;
    case "retry":
    case "switch":
    case "disconnect":
      return { type };
    default:
      return undefined;
  }
}
