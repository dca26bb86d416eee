import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { keepsDownloads } from "../../vllm/hub-model";
import { durationRange } from "../wording";

/** Seconds from the container's start to the first answer of `/health`. */
export interface LoadTime {
  readonly low: number;
  /** Between the two in proportion: as likely too long as too short. */
  readonly typical: number;
  readonly high: number;
  /** The long end of the very first start, which may have to download what later ones find. */
  readonly first: number;
  /** `2 to 7 min`. */
  readonly text: string;
}

/** What the estimate was made for; other devices load and compile in their own time. */
const ESTIMATED = new Set<VllmServer["hardware"]>(["cuda", "rocm", "unknown"]);

/** Undefined when the size of the model is not known. */
export function loadTime(server: VllmServer, context: RuleContext): LoadTime | undefined {
  if (!ESTIMATED.has(server.hardware)) return undefined;
  const { lowSeconds, highSeconds: first, parts } = context.load(server);
  if (lowSeconds === undefined || first === undefined || !Number.isFinite(first)) return undefined;
  const download = keepsDownloads(server) ? parts.find(({ name }) => name === "download") : undefined;
  const low = Math.max(1, lowSeconds - (download?.lowSeconds ?? 0));
  const high = Math.max(low, first - (download?.highSeconds ?? 0));
  return { low, typical: Math.sqrt(low * high), high, first, text: durationRange(low, high) };
}

/** What a probe is given when the load time is not known: ten minutes. */
const USUAL_SECONDS = 600;

/** Failures that a probe may count: twice the long end of the estimate, so that a slow day is no restart. */
export function failuresFor(time: LoadTime | undefined, periodSeconds: number): number {
  return Math.ceil((time ? 2 * time.first : USUAL_SECONDS) / periodSeconds);
}
