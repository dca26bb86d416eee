import catalogue from "./gpus.json";

export interface GpuEntry {
  readonly name: string;
  readonly vendor: "NVIDIA" | "AMD" | "Intel" | "Google" | "AWS";
  readonly aliases: readonly string[];
  /** What torch reports. */
  readonly memoryGib: number;
  /** The total was derived from nvidia-smi's figure. */
  readonly estimated?: boolean;
  /** Other totals seen in logs. */
  readonly observed?: readonly number[];
  readonly smiMib?: number;
  readonly marketingGb: number;
  readonly capability?: string;
  readonly bf16?: boolean;
  readonly fp8?: boolean;
  readonly fp4?: boolean;
  readonly bandwidth?: number;
  /** Dense rate for 16-bit floats with 32-bit sums, in 10^12 operations a second. */
  readonly tflops?: number;
  readonly link: "all" | "pair" | "none";
  readonly unified?: boolean;
  readonly resource: string;
  readonly products?: readonly string[];
  readonly gke?: readonly string[];
  readonly karpenter?: string;
  /** GPUs of a cloud instance by its type. */
  readonly instances?: Readonly<Record<string, number>>;
  readonly mig?: readonly { readonly profile: string; readonly memoryGib?: number }[];
  readonly source: readonly string[];
  readonly confidence: "read" | "recalled";
}

export interface GpuMatch {
  readonly entry: GpuEntry;
  /** Set for a slice: `3g.40gb`, with its own memory. */
  readonly mig:
    { readonly profile: string; readonly memoryGib: number; readonly estimated: boolean } | undefined;
  /** GPUs of the instance that was named. */
  readonly count: number | undefined;
}

const raw = catalogue.gpus as unknown as readonly GpuEntry[];
let names: Map<string, GpuEntry[]> | undefined;
let instances: Map<string, { entry: GpuEntry; count: number }> | undefined;

/**
 * The accelerator behind a product label (`NVIDIA-H100-80GB-HBM3`, also with `-MIG-3g.40gb` or `-SHARED`), a short name (`H100`,
 * `L4`), a cloud's label (`nvidia-l4`) or an instance type (`g6.12xlarge`). Undefined when it is none of these, or could be two.
 */
export function findGpu(text: string): GpuMatch | undefined {
  const trimmed = text.trim();
  const instance = instanceIndex().get(trimmed.toLowerCase());
  if (instance) return { entry: instance.entry, mig: undefined, count: instance.count };
  const slice = /[-_ ]mig[-_ ]?(\d+g\.\d+gb)(?:\.me)?/i.exec(trimmed);
  const product = trimmed.replace(/[-_ ]mig[-_ ].*$/i, "").replace(/-SHARED$/i, "");
  const called = nameIndex().get(plain(product));
  const entry = cloudEntry(product) ?? (isOneSize(called) ? called?.[0] : undefined);
  if (entry === undefined) return undefined;
  return { entry, mig: slice ? migSlice(entry, slice[1] ?? "") : undefined, count: undefined };
}

/** A slice of a known card, from the profile in a resource name: `nvidia.com/mig-3g.40gb`. */
export function migSlice(entry: GpuEntry, profile: string): NonNullable<GpuMatch["mig"]> {
  const found = entry.mig?.find((each) => each.profile.toLowerCase() === profile.toLowerCase());
  if (found?.memoryGib !== undefined) return { profile, memoryGib: found.memoryGib, estimated: false };
  const gigabytes = Number(/\.(\d+)gb/i.exec(profile)?.[1] ?? 0);
  return { profile, memoryGib: gigabytes * 0.985, estimated: true };
}

/** The profile in `nvidia.com/mig-3g.40gb`; undefined for another resource. */
export function migProfile(resource: string): string | undefined {
  return /^nvidia\.com\/mig-(\d+g\.\d+gb)/i.exec(resource)?.[1];
}

export function gpuEntries(): readonly GpuEntry[] {
  return raw;
}

/** GKE's labels name one card each where the same words elsewhere do not: its `nvidia-tesla-v100` has 16 GB. */
function cloudEntry(label: string): GpuEntry | undefined {
  return raw.find(({ gke }) => gke?.includes(label.toLowerCase()));
}

/** What to write instead of a name that stands for cards of different memory, as `A100` does; empty for any other text. */
export function cardsCalled(name: string): readonly string[] {
  const called = nameIndex().get(plain(name.trim()));
  if (!called || isOneSize(called)) return [];
  const bySize = new Map<number, string>();
  for (const { marketingGb, aliases, name: full } of called) {
    const clear = [...aliases, full].find((each) => isOneSize(nameIndex().get(plain(each))));
    if (clear !== undefined && !bySize.has(marketingGb)) bySize.set(marketingGb, clear);
  }
  return [...bySize.values()];
}

/** Cards with the same memory are one for the plan. */
function isOneSize(called: readonly GpuEntry[] | undefined): boolean {
  return called !== undefined && called.every(({ memoryGib }) => memoryGib === called[0]?.memoryGib);
}

function nameIndex(): Map<string, GpuEntry[]> {
  if (names !== undefined) return names;
  names = new Map();
  for (const entry of raw) {
    const own = [
      entry.name,
      ...entry.aliases,
      ...(entry.products ?? []),
      ...(entry.karpenter ? [entry.karpenter] : []),
    ];
    for (const key of new Set(own.map(plain))) {
      const known = names.get(key);
      if (known) known.push(entry);
      else names.set(key, [entry]);
    }
  }
  return names;
}

function instanceIndex(): Map<string, { entry: GpuEntry; count: number }> {
  if (instances !== undefined) return instances;
  instances = new Map();
  for (const entry of raw) {
    for (const [type, count] of Object.entries(entry.instances ?? {}))
      instances.set(type.toLowerCase(), { entry, count });
  }
  return instances;
}

/** Spellings differ in case, in hyphens and blanks, and in the maker's name in front. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]+/g, "")
    .replace(/^(nvidia|amd|intel)(?=.)/, "")
    .replace(/^(geforce|tesla|instinct)(?=.)/, "");
}
