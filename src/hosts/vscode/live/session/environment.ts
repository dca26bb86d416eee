import type { LiveManifest } from "../../../../live/manifest";
import type { ConsentRequest } from "./connection";

/** What a session needs of the world around, so that tests can play it. */
export interface SessionEnvironment {
  readonly env: NodeJS.ProcessEnv;
  now(): number;
  random(): number;
  after(milliseconds: number, run: () => void): { cancel(): void };
  /** Asks a person, or remembers that one agreed. */
  confirm(request: ConsentRequest): Promise<boolean>;
  manifest(): LiveManifest | undefined;
  /** Something to show has changed. */
  changed(): void;
  log(text: string): void;
}
