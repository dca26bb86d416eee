import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isForHub } from "../../features/workspace/model-places";
import type { Environment } from "../../service";
import { HubClient, PUBLIC_HUB, type HubModel } from "../hub/client";
import { HubFailure } from "../hub/failure";
import { decode, encode, filesOf, reasonAgainst, recordName } from "../hub/record";
import type { Io } from "./io";
import { nodeTransport } from "./node-transport";

type ModelFiles = ReturnType<NonNullable<Environment["modelFiles"]>>;

/** More models than a folder of manifests names; a generated list of names is not asked for one by one. */
const MAX_MODELS = 50;

/** Models of the Hub, read once and kept on disk: what is there is not asked for again, so that it works offline. */
export class HubModels {
  private readonly endpoint: string;
  private readonly folder: string;
  private readonly answers = new Map<string, ModelFiles>();
  private readonly wanted = new Set<string>();

  constructor(private readonly io: Io) {
    this.endpoint = io.env.HF_ENDPOINT || PUBLIC_HUB;
    this.folder = join(cacheHome(io), "vllm-k8s", "hub");
  }

  find(id: string): ModelFiles {
    if (!this.answers.has(id) && isForHub(id)) this.wanted.add(id);
    return this.answers.get(id);
  }

  /** Fetches what was looked for in vain. Failures are told, and are no failure of the command. */
  async fetchWanted(): Promise<void> {
    for (const id of [...this.wanted].slice(0, MAX_MODELS)) {
      try {
        this.answers.set(id, filesOf(this.fromDisk(id) ?? (await this.fromHub(id))));
      } catch (error) {
        if (!(error instanceof HubFailure)) throw error;
        this.answers.set(id, { problem: error.message });
        this.io.err(`vllm-k8s: ${error.message}\n`);
      }
    }
    this.wanted.clear();
  }

  private async fromHub(id: string): Promise<HubModel> {
    const client = new HubClient({
      endpoint: this.endpoint,
      token: this.io.env.HF_TOKEN || this.io.env.HUGGING_FACE_HUB_TOKEN || undefined,
      transport: nodeTransport(this.io.env),
    });
    const model = await client.read(id);
    const reason = reasonAgainst(id, model);
    if (reason !== undefined) throw new HubFailure(reason);
    this.keep(id, model);
    return model;
  }

  private file(id: string): string | undefined {
    return URL.canParse(this.endpoint) ? join(this.folder, recordName(this.endpoint, id)) : undefined;
  }

  private fromDisk(id: string): HubModel | undefined {
    const file = this.file(id);
    try {
      return file === undefined ? undefined : decode(id, readFileSync(file, "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all; a cache that cannot be written only means that the Hub is asked again. */
  private keep(id: string, model: HubModel): void {
    const file = this.file(id);
    if (file === undefined) return;
    try {
      mkdirSync(this.folder, { recursive: true });
      const part = `${file}.${process.pid}.part`;
      writeFileSync(part, encode(id, model));
      renameSync(part, file);
    } catch {
      this.io.err(`vllm-k8s: ${this.folder} cannot be written, so ${id} is not kept\n`);
    }
  }
}

function cacheHome({ env }: Io): string {
  return env.XDG_CACHE_HOME || env.LOCALAPPDATA || join(env.HOME || homedir(), ".cache");
}

/**
 * Runs a command that reads models from the Hub: first unseen, to learn which models it asks for, then with the answers. The
 * command itself stays without waiting.
 */
export async function withHub<T>(io: Io, command: (io: Io, hub: HubModels) => T): Promise<T> {
  const hub = new HubModels(io);
  let stdin: Buffer | undefined;
  const readStdin = (): Buffer => (stdin ??= io.readStdin());
  const unseen: Io = { ...io, out: () => undefined, err: () => undefined, readStdin };
  command(unseen, hub);
  await hub.fetchWanted();
  return command({ ...io, readStdin }, hub);
}
