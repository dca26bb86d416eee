import { findFlag } from "../../src/data/flags";
import { modelIds } from "../../src/data/models";
import { Workspace } from "../../src/features/workspace/workspace";
import type { VllmServer } from "../../src/vllm/model";
import type { CorpusFile } from "./files";

/** How many servers use what the catalogues hold, by name. */
export interface UsageTables {
  readonly servers: number;
  readonly flags: Record<string, number>;
  readonly choices: Record<string, number>;
  readonly variables: Record<string, number>;
  readonly models: Record<string, number>;
}

export function usageIn(files: readonly CorpusFile[]): UsageTables {
  const workspace = new Workspace(() => ({}));
  for (const { path, text } of files) workspace.set(path, text);
  const counter = new Counter();
  const models = new Set(modelIds());
  let servers = 0;
  for (const { path } of files) {
    const file = workspace.file(path);
    if (file?.status !== "analysed") continue;
    for (const server of workspace.folderOf(path).serversOf(file)) {
      servers++;
      count(server, counter, models);
    }
  }
  return {
    servers,
    flags: counter.table("flags"),
    choices: counter.table("choices"),
    variables: counter.table("variables"),
    models: counter.table("models"),
  };
}

class Counter {
  private readonly tables = new Map<string, Map<string, number>>();

  add(table: string, name: string): void {
    const own = this.tables.get(table) ?? new Map<string, number>();
    own.set(name, (own.get(name) ?? 0) + 1);
    this.tables.set(table, own);
  }

  /** Names seen once say nothing of an order. */
  table(name: string): Record<string, number> {
    const rows = [...(this.tables.get(name) ?? [])].filter(([, times]) => times > 1);
    return Object.fromEntries(rows.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  }
}

/** Each name once a server. */
function count({ engine }: VllmServer, counter: Counter, models: ReadonlySet<string>): void {
  for (const [flag, setting] of engine.settings) {
    const entry = findFlag(flag.split(".")[0] ?? "");
    if (!entry) continue;
    counter.add("flags", setting.negated ? `--no-${entry.flag.slice(2)}` : entry.flag);
    if (entry.choices?.some((choice) => String(choice) === setting.text))
      counter.add("choices", `${entry.flag}=${setting.text ?? ""}`);
  }
  for (const name of engine.environment.keys())
    if (/^(VLLM|HF|NCCL|CUDA|PYTORCH|TRANSFORMERS|HUGGING_FACE|NVIDIA|UCX|GLOO|TORCH)_/.test(name))
      counter.add("variables", name);
  if (engine.model.known && models.has(engine.model.value)) counter.add("models", engine.model.value);
}
