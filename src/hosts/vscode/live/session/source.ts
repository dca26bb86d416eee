import type { Board } from "../../../../live/board";
import type { Candidate } from "../../../../live/discover";
import type { PodInfo } from "./cluster-reader";

/** What a round of reading found out beside the numbers. */
export interface RoundNotes {
  /** Parts that failed while the others did not. */
  readonly partial: string | undefined;
}

/** Where numbers come from: a Prometheus, or the pods themselves. */
export interface Source {
  /** In words, for the panel's head. */
  readonly name: string;
  /** One round of concurrent reading into the board. Throws when nothing came. */
  refresh(board: Board, at: number, pods: readonly PodInfo[], signal: AbortSignal): Promise<RoundNotes>;
  /** The past of the board's range, where the source remembers one. */
  backfill(board: Board, at: number, signal: AbortSignal): Promise<void>;
  /** The value of a query of the manifest; undefined when this source cannot answer it. */
  ask?(
    query: string,
    at: number,
    signal: AbortSignal,
  ): Promise<readonly { labels: ReadonlyMap<string, string>; value: number }[]>;
  /** What a panel asks, for copying. */
  queriesOf(panel: string, byPod: boolean): readonly string[];
  /** Blocks times block size of the fullest engine, as vLLM itself reports it. */
  readonly kvPool: number | undefined;
}

/** How a person chose, or was asked, where to read. */
export type SourceChoice =
  | { readonly kind: "auto" }
  | { readonly kind: "service"; readonly candidate: Candidate }
  /** An address that a person typed. */
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "pods" };
