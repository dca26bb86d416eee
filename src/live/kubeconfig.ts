import { plainData } from "../yaml/plain";
import { isRecord, type Dict } from "../base/record";
import { textField } from "./shape";

/** One file of the `KUBECONFIG` list. */
export interface KubeconfigFile {
  readonly path: string;
  /** Undefined when there is no such file, which kubectl passes over. */
  readonly text: string | undefined;
}

export interface NamedEntry {
  readonly name: string;
  /** The file that it was taken from: relative paths in it start there. */
  readonly file: string;
  readonly value: Dict;
}

export interface Kubeconfig {
  readonly current: string | undefined;
  readonly contexts: ReadonlyMap<string, NamedEntry>;
  readonly clusters: ReadonlyMap<string, NamedEntry>;
  readonly users: ReadonlyMap<string, NamedEntry>;
}

/** Why there is no connection to make; words for a person are made where it is shown. */
export type KubeconfigProblem =
  | { readonly kind: "none"; readonly paths: readonly string[] }
  | { readonly kind: "broken"; readonly path: string; readonly line: number }
  | { readonly kind: "no-current-context" }
  | { readonly kind: "no-such-context"; readonly context: string }
  | { readonly kind: "no-such-cluster"; readonly context: string; readonly cluster: string }
  | { readonly kind: "no-such-user"; readonly context: string; readonly user: string }
  | { readonly kind: "no-server"; readonly cluster: string };

export type Readable<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: KubeconfigProblem };

/** A kubeconfig of 1 MB holds thousands of clusters. */
const LONGEST = 4_000_000;

/**
 * Merges files as kubectl does (`clientcmd/loader.go`; checked against kubectl 1.32): of each name and of the current context
 * the first file that has it wins as a whole, missing and empty files are passed over, and one that cannot be read ends it.
 */
export function mergeKubeconfigs(files: readonly KubeconfigFile[]): Readable<Kubeconfig> {
  const maps = {
    contexts: new Map<string, NamedEntry>(),
    clusters: new Map<string, NamedEntry>(),
    users: new Map<string, NamedEntry>(),
  };
  let current: string | undefined;
  let found = false;
  for (const { path, text } of files) {
    if (text === undefined) continue;
    const data = text.length > LONGEST ? undefined : plainData(text);
    if (!data?.ok) return broken(path, data?.line ?? 1);
    if (data.value === null || data.value === undefined) continue;
    if (!isRecord(data.value)) return broken(path, 1);
    found = true;
    current ??= textField(data.value, "current-context") || undefined;
    addEntries(maps.contexts, data.value.contexts, "context", path);
    addEntries(maps.clusters, data.value.clusters, "cluster", path);
    addEntries(maps.users, data.value.users, "user", path);
  }
  if (!found) return { ok: false, problem: { kind: "none", paths: files.map(({ path }) => path) } };
  return { ok: true, value: { current, ...maps } };
}

function broken(path: string, line: number): Readable<never> {
  return { ok: false, problem: { kind: "broken", path, line } };
}

function addEntries(into: Map<string, NamedEntry>, list: unknown, key: string, file: string): void {
  for (const item of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    if (!isRecord(item)) continue;
    const name = textField(item, "name");
    const value = item[key];
    if (name === undefined || into.has(name)) continue;
    into.set(name, { name, file, value: isRecord(value) ? value : {} });
  }
}

/** What one context says of the cluster and of the person, as written: nothing of it is shown but names and the server. */
export interface ClusterAccess {
  readonly context: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly user: string;
  readonly server: string;
  readonly clusterEntry: NamedEntry;
  /** Undefined for a context without a user, who is then anonymous. */
  readonly userEntry: NamedEntry | undefined;
}

/** The access that a context gives; the current one when none is named. */
export function accessOf(config: Kubeconfig, wanted: string | undefined): Readable<ClusterAccess> {
  const context = wanted ?? config.current;
  if (context === undefined) return { ok: false, problem: { kind: "no-current-context" } };
  const entry = config.contexts.get(context);
  if (!entry) return { ok: false, problem: { kind: "no-such-context", context } };
  const cluster = textField(entry.value, "cluster") ?? "";
  const user = textField(entry.value, "user") ?? "";
  const clusterEntry = config.clusters.get(cluster);
  if (!clusterEntry) return { ok: false, problem: { kind: "no-such-cluster", context, cluster } };
  const userEntry = config.users.get(user);
  if (user !== "" && !userEntry) return { ok: false, problem: { kind: "no-such-user", context, user } };
  const server = textField(clusterEntry.value, "server") ?? "";
  if (!/^https?:\/\/[^/]/.test(server)) return { ok: false, problem: { kind: "no-server", cluster } };
  const namespace = textField(entry.value, "namespace") || "default";
  return { ok: true, value: { context, namespace, cluster, user, server, clusterEntry, userEntry } };
}
