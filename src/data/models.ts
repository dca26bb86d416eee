import catalogue from "./models.json";

/** A model as the catalogue holds it. An entry with `base` takes what it does not say from that one. */
export interface ModelEntry {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly base?: string;
  readonly arch: string;
  readonly modality: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly valueDim?: number;
  readonly ffn?: number;
  readonly vocab: number;
  readonly maxLength?: number;
  readonly dtype: string;
  readonly tied: boolean;
  readonly params?: number;
  readonly advertised?: number;
  readonly active?: number;
  readonly mtpParams?: number;
  readonly mtpLayers?: number;
  readonly towersMissing?: boolean;
  readonly fileBytes?: number;
  readonly fileSource?: string;
  readonly moe?: {
    readonly experts: number;
    readonly perToken: number;
    readonly ffn: number;
    readonly layers: number;
    readonly sharedFfn?: number;
    readonly denseLayers?: number;
    readonly denseFfn?: number;
    readonly expertParams?: number;
  };
  readonly mla?: {
    readonly latent: number;
    readonly rope: number;
    readonly nope: number;
    readonly value: number;
    readonly queryLatent?: number;
    readonly indexDim?: number;
    readonly indexHeads?: number;
  };
  readonly window?: {
    readonly size: number;
    readonly layers: number;
    readonly chunked?: boolean;
    readonly fullKvHeads?: number;
    readonly fullHeadDim?: number;
    readonly kvHeads?: number;
    readonly headDim?: number;
  };
  /** Layers of full attention that pick blocks by an indexer, whose keys of this width are cached whole on every GPU. */
  readonly indexKeys?: { readonly layers: number; readonly dim: number };
  readonly sharedKvLayers?: number;
  /** Layers with attention when not all have it. */
  readonly attentionLayers?: number;
  readonly state?: {
    readonly kind: string;
    readonly layers: number;
    readonly conv?: number;
    readonly kernel?: number;
    readonly state?: number;
    readonly dtype?: string;
    readonly keyWidth?: number;
    readonly valueWidth?: number;
    readonly heads?: number;
  };
  readonly compressed?: {
    readonly ratios: Readonly<Record<string, number>>;
    readonly indexDim: number;
    readonly window: number;
  };
  /** The layers' kinds were not found, so the cache cannot be sized. */
  readonly cacheUnknown?: boolean;
  readonly crossTokens?: number;
  readonly encoderLayers?: number;
  /** Rotary tables of `maxLength` rows kept on a GPU; 1 when absent, 0 without rotary positions. */
  readonly ropeCopies?: number;
  readonly ropeDim?: number;
  readonly quant?: {
    readonly method: string;
    readonly bits: number;
    readonly group?: number;
    readonly block?: number;
    readonly on?: string;
    readonly format?: string;
    readonly expertBits?: number;
    readonly kv?: string;
    readonly zero?: boolean;
    readonly perTensor?: boolean;
  };
  readonly source?: string;
  readonly confidence: "read" | "computed" | "recalled";
  /** Fields that the source did not hold. */
  readonly recalled?: readonly string[];
}

type RawEntry = Partial<ModelEntry> & { readonly id: string; readonly confidence: ModelEntry["confidence"] };

const raw = catalogue.models as unknown as readonly RawEntry[];
let index: Map<string, RawEntry> | undefined;
let byName: Map<string, RawEntry | undefined> | undefined;

/** The entry of a model id or one of its aliases, letters in either case; undefined for others. */
export function findModel(id: string): ModelEntry | undefined {
  const entry = entries().get(id.trim().toLowerCase());
  return entry && completed(entry);
}

/** The entry whose last component is this name, letters in either case, when all that have it agree. */
export function findModelByName(name: string): ModelEntry | undefined {
  if (byName === undefined) {
    byName = new Map();
    for (const [id, entry] of entries()) {
      const last = id.slice(id.lastIndexOf("/") + 1);
      byName.set(last, byName.has(last) && byName.get(last) !== entry ? undefined : entry);
    }
  }
  const entry = byName.get(name.trim().toLowerCase());
  return entry && completed(entry);
}

/** Ids of the catalogue's quantised checkpoints that were made from a model, given by the id of its own entry. */
export function quantisedFrom(id: string): readonly string[] {
  const base = id.toLowerCase();
  return raw.filter((entry) => entry.quant && entry.base?.toLowerCase() === base).map((entry) => entry.id);
}

/** Ids and aliases in the catalogue's order, for completion. */
export function modelIds(): string[] {
  return raw.flatMap((entry) => [entry.id, ...(entry.aliases ?? [])]);
}

export function modelEntries(): readonly unknown[] {
  return raw;
}

/** Where an entry's source is published. */
export function modelSource(entry: ModelEntry): string {
  const [key = "", ...rest] = (entry.source ?? "").split(":");
  const table: Readonly<Record<string, string>> = catalogue.sources;
  const name = table[key];
  return name === undefined ? (entry.source ?? "") : [name, ...rest].join(":");
}

function entries(): Map<string, RawEntry> {
  if (index !== undefined) return index;
  index = new Map();
  for (const entry of raw)
    for (const id of [...(entry.aliases ?? []), entry.id]) index.set(id.toLowerCase(), entry);
  return index;
}

function completed(entry: RawEntry): ModelEntry {
  const base = entry.base === undefined ? undefined : entries().get(entry.base.toLowerCase());
  if (base === undefined) return entry as ModelEntry;
  const own = new Set(["aliases", "fileBytes", "fileSource", "recalled"]);
  const inherited = Object.fromEntries(Object.entries(base).filter(([key]) => !own.has(key)));
  return { ...inherited, ...entry } as ModelEntry;
}
