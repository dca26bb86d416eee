import { hasProbe, probeOf, type Probe } from "../../kubernetes/probes";
import type { VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { writtenOut } from "../written-out";
import { asksServer } from "./health";
import { loadTime, type LoadTime } from "./load-time";

/** No estimate, no proof: only what is short for nearly every model is worth a word. */
const SHORT_FOR_ANY = 180;

export interface LivenessBudget {
  readonly probe: Probe;
  readonly seconds: number;
  readonly time: LoadTime | undefined;
  /** `kills`: shorter than a load commonly takes; `may-kill`: than a slow one; `slow-day`: than the slowest; `enough`. */
  readonly verdict: "kills" | "may-kill" | "slow-day" | "enough";
}

/**
 * How long a liveness probe leaves a loading server alone, when no startup probe holds it back. Undefined when there is one,
 * or the liveness probe asks something that answers before the model is loaded.
 */
export function livenessBudget(server: VllmServer, context: RuleContext): LivenessBudget | undefined {
  const whole = writtenOut(server);
  if (!whole || hasProbe(whole.container, "startupProbe")) return undefined;
  const probe = probeOf(whole.container, "livenessProbe");
  const seconds = probe?.budgetSeconds;
  if (!probe || seconds === undefined || !asksServer(server, whole.container, probe.handler))
    return undefined;
  const time = loadTime(server, context);
  return { probe, seconds, time, verdict: verdictOf(seconds, time) };
}

function verdictOf(seconds: number, time: LoadTime | undefined): LivenessBudget["verdict"] {
  if (!time) return seconds < SHORT_FOR_ANY ? "may-kill" : "enough";
  if (seconds < time.typical) return "kills";
  if (seconds < (time.typical + time.high) / 2) return "may-kill";
  return seconds < time.high ? "slow-day" : "enough";
}
