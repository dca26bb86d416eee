import type { KubeObject, Scaler } from "../kubernetes/model";
import type { QuerySite } from "../metrics/model";
import type { LoadEstimate } from "../sizing/load";
import type { MemoryPlan } from "../sizing/plan-types";
import type { VllmServer } from "../vllm/model";

/** An arrangement of what is in view. A constant: made once after each change for all who look something up in it. */
export interface Index<T, K> {
  items(all: View): readonly T[];
  keyOf(item: T): K;
}

/**
 * What is in view of a manifest: the objects of its folder. Answers are remembered together with the question, so that findings
 * are computed anew only when an answer has changed.
 */
export interface View {
  /** Objects of a kind, in file order. */
  objects(kind: string): readonly KubeObject[];
  /** Those of a kind and name, whatever their namespace. */
  named(kind: string, name: string): readonly KubeObject[];
  servers(): readonly VllmServer[];
  scalers(): readonly Scaler[];
  queries(): readonly QuerySite[];
  /** What an index holds under a key. */
  lookup<T, K>(index: Index<T, K>, key: K): readonly T[];
  /**
   * A narrower question: only when its answer changes are the findings computed anew, not at every change of what it was
   * picked from. Lists count as equal when their members are the same.
   */
  select<T>(pick: (all: View) => T): T;
}

export interface RuleContext {
  readonly view: View;
  /** The memory plan of a server; computed once, whoever asks. */
  plan(server: VllmServer): MemoryPlan;
  /** How long a server takes from container start to ready. */
  load(server: VllmServer): LoadEstimate;
}
