import type { Memento } from "vscode";
import type { LiveServer } from "../../../live/manifest";

const KEY = "live.kvPools";

/**
 * KV pools that a person took note of, by what decides a pool's size. A pool that was agreed to is not pointed out again until
 * either the engine or the manifest says something else.
 */
export class Calibrations {
  constructor(private readonly memory: Memento) {}

  knows(server: LiveServer, pool: number): boolean {
    return this.memory.get<Readonly<Record<string, number>>>(KEY, {})[keyFor(server)] === pool;
  }

  async remember(server: LiveServer, pool: number): Promise<void> {
    const known = this.memory.get<Readonly<Record<string, number>>>(KEY, {});
    await this.memory.update(KEY, { ...known, [keyFor(server)]: pool });
  }
}

function keyFor({ model, maxModelLen, kvTokens, kvBytesPerToken }: LiveServer): string {
  return JSON.stringify([model, maxModelLen, kvTokens?.value, kvBytesPerToken]);
}
