import type { Course, Summary } from "../../simulation/course";

/** One run with what there is to say of it. */
export interface Side {
  readonly course: Course;
  readonly summary: Summary;
  /** For each metric, how many syncs it was the one that asked for most. */
  readonly wins: readonly number[];
  readonly notModelled: readonly number[];
  readonly sentences: readonly string[];
}

export interface Simulated {
  /** `ScaledObject vllm-scaler`. */
  readonly title: string;
  readonly profile: string;
  readonly seed: number;
  /** Requests a second at the foot and the height of the load, and how long it lasts. */
  readonly load: { readonly low: number; readonly high: number; readonly seconds: number };
  readonly before: Side;
  /** Undefined when nothing is proposed that would change it. */
  readonly after: Side | undefined;
  /** Everything that went in, with its origin. */
  readonly inputs: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
}

export type SimulationAnswer = Simulated | { readonly problem: string };

/** What the page of the simulator draws. */
export interface SimulationState {
  readonly answer: SimulationAnswer;
  readonly profile: string;
  readonly profiles: readonly string[];
  /** The name of the file that a recorded load was read from. */
  readonly recording: string | undefined;
}
