/** The course of a run; all lists have one entry for each time. */
export interface Course {
  readonly time: readonly number[];
  /** Requests a second that arrived. */
  readonly rate: readonly number[];
  readonly replicas: readonly number[];
  readonly ready: readonly number[];
  readonly running: readonly number[];
  readonly waiting: readonly number[];
  /** Mean share of the KV cache in use, 0 to 1. */
  readonly cacheUse: readonly number[];
  /** Seconds to the first token of the requests that arrived then; null when none did. */
  readonly ttft50: readonly (number | null)[];
  readonly ttft95: readonly (number | null)[];
}

/** A run in a few numbers. Times in seconds. */
export interface Summary {
  readonly requests: number;
  /** No pod was ready for them. */
  readonly refused: number;
  /** Their pod was taken away before they were done. */
  readonly lost: number;
  readonly ttft50: number | undefined;
  readonly ttft95: number | undefined;
  readonly ttftWorst: number | undefined;
  readonly peakReplicas: number;
  readonly podHours: number;
  readonly changes: number;
  readonly peakWaiting: number;
  readonly endWaiting: number;
  readonly preemptions: number;
  /** The most that waited in each stretch of time with a queue worth a name, in order. */
  readonly waves: readonly number[];
}
