import type { Range } from "../../base/text";
import { Tracker } from "../../base/tracked";
import { checklistSections, type ChecklistItem } from "../../data/checklist";
import { RULES } from "../../rules/index";
import type { Severity } from "../../rules/define";
import type { VllmServer } from "../../vllm/model";
import { unmetNeed, type ChecklistView } from "./needs";
import type { Folder } from "../workspace/folder";

/**
 * `passes` and `fails` by the manifests in view; `unknown` where they do not tell; `cluster` for what only a running one shows; `people` for what
 * nothing can verify.
 */
export type ChecklistStatus = "passes" | "fails" | "unknown" | "cluster" | "people";

/** A finding that speaks against an entry. */
export interface ChecklistPlace {
  readonly path: string;
  readonly range: Range;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly advice: string;
  readonly fixable: boolean;
}

export interface ChecklistEntry {
  readonly id: string;
  readonly title: string;
  readonly status: ChecklistStatus;
  /** Why it is unknown. */
  readonly reason: string | undefined;
  /** Where it fails; where a preference says otherwise although it passes. */
  readonly places: readonly ChecklistPlace[];
  readonly cluster: string | undefined;
  readonly people: string | undefined;
}

export interface Checklist {
  readonly sections: readonly { readonly title: string; readonly entries: readonly ChecklistEntry[] }[];
  readonly counts: Readonly<Record<ChecklistStatus, number>>;
  /** The objects whose servers were looked at: `Deployment llama-8b`. */
  readonly servers: readonly string[];
}

/** What the checklist asks of the rest of the service. */
export interface ChecklistSource {
  findings(path: string): readonly Omit<ChecklistPlace, "path">[];
  isOff(rule: string): boolean;
}

const ABOUT_SERVERS: ReadonlySet<string> = new Set(
  RULES.filter(({ subject }) => subject === "server").map(({ id }) => id),
);

/** The checklist for one file's servers with all that stands beside them, or for all servers of a folder. */
export function checklistOf(
  folder: Folder,
  only: string | undefined,
  source: ChecklistSource,
): Checklist | undefined {
  if (folder.isQuiet()) return undefined;
  const all = folder.viewFor(new Tracker());
  const files = [...folder.files.values()];
  const own = files.filter(
    ({ status, path }) => status === "analysed" && (only === undefined || path === only),
  );
  const findings = files.flatMap(({ path }) =>
    source.findings(path).map((finding) => ({ ...finding, path })),
  );
  const view: ChecklistView = {
    servers: own.flatMap((file) => folder.serversOf(file)),
    scalers: all.scalers(),
    queries: all.queries(),
    objects: (kind) => all.objects(kind),
    plan: folder.plans.plan,
  };
  // What another file says about its own servers is not this one's concern; its autoscaler may be.
  const concerning = findings.filter(
    ({ path, rule }) => only === undefined || path === only || !ABOUT_SERVERS.has(rule),
  );
  return evaluateChecklist(view, concerning, (rule) => source.isOff(rule));
}

/** Judges every entry by the findings and by what is in view. Without a server there is nothing to judge. */
export function evaluateChecklist(
  view: ChecklistView,
  findings: readonly ChecklistPlace[],
  isOff: (rule: string) => boolean,
): Checklist | undefined {
  if (view.servers.length === 0) return undefined;
  const counts = { passes: 0, fails: 0, unknown: 0, cluster: 0, people: 0 };
  const sections = checklistSections.map(({ title, items }) => ({
    title,
    entries: items.map((item) => {
      const entry = judge(item, view, findings, isOff);
      counts[entry.status]++;
      return entry;
    }),
  }));
  return { sections, counts, servers: view.servers.map(nameOf) };
}

function judge(
  item: ChecklistItem,
  view: ChecklistView,
  findings: readonly ChecklistPlace[],
  isOff: (rule: string) => boolean,
): ChecklistEntry {
  const { id, title, cluster, people } = item;
  const rules = item.rules ?? [];
  const places = findings.filter(({ rule }) => rules.includes(rule));
  const entry = { id, title, cluster, people, reason: undefined, places };
  if (rules.length === 0) return { ...entry, status: cluster === undefined ? "people" : "cluster" };
  if (places.some(({ severity }) => severity !== "hint")) return { ...entry, status: "fails" };
  const off = rules.filter(isOff);
  const reason = off.length > 0 ? `Switched off: ${off.join(", ")}.` : unmetNeed(item.needs ?? [], view);
  return reason === undefined ? { ...entry, status: "passes" } : { ...entry, status: "unknown", reason };
}

function nameOf({ object, name }: VllmServer): string {
  return object.name === undefined ? name : `${object.kind} ${object.name}`;
}
