import type { Position } from "../../base/text";
import { SCALABLE_KINDS } from "../../rules/autoscaling/scope";
import { nameForObjects } from "../../rules/places";
import { scalersOf } from "../../rules/scaled";
import type { VllmServer } from "../../vllm/model";
import type { Folder } from "../workspace/folder";
import type { SourceFile } from "../workspace/workspace";
import { IN_PLACE_WRITERS, type InPlace } from "./in-place";
import { OBJECT_WRITERS } from "./objects";

export const GENERATED_KINDS = [
  "scaled-object",
  "hpa",
  "kserve",
  "production-stack",
  "prometheus-rule",
  "pod-monitor",
  "service-monitor",
] as const;
export type GeneratedKind = (typeof GENERATED_KINDS)[number];

/** Those of which a workload can have one. */
export const AUTOSCALERS: readonly GeneratedKind[] = ["scaled-object", "hpa", "kserve", "production-stack"];

/** A manifest made from a server, or fields for its own; or why there is none. */
export type Generated =
  { readonly name: string; readonly yaml: string; readonly inPlace?: InPlace } | { readonly problem: string };

export interface Place {
  readonly file: SourceFile;
  readonly folder: Folder;
}

const NO_SERVER = { problem: "No vLLM workload with a name in this file." };

/** What goes with a vLLM workload: names, namespace, ports, labels and thresholds are the workload's own. */
export function generate(kind: GeneratedKind, place: Place, index?: number): Generated {
  const server = serverIn(place, index);
  return server ? generateFor(kind, server, place.folder) : NO_SERVER;
}

/** The one that is meant, else the first that something can be made for. */
export function serverIn({ file, folder }: Place, index?: number): VllmServer | undefined {
  const servers = folder.serversOf(file);
  if (index !== undefined) return servers[index];
  return servers.find(isWhole) ?? servers.find(({ form }) => form === "helm-values");
}

function isWhole({ pod, object, form }: VllmServer): boolean {
  const isManaged = form === "kserve" || object.group === "serving.kserve.io";
  return object.name !== undefined && (isManaged ? !object.partial : pod !== undefined && !pod.partial);
}

function generateFor(kind: GeneratedKind, server: VllmServer, folder: Folder): Generated {
  const name = `${nameForObjects(server)}-${kind}.yaml`;
  if (kind === "kserve" || kind === "production-stack") {
    const inPlace = IN_PLACE_WRITERS[kind](server, folder);
    return "problem" in inPlace ? inPlace : { name, yaml: inPlace.fragment, inPlace };
  }
  if (!isWhole(server)) return NO_SERVER;
  const { group, kind: workload } = server.object;
  if (kind === "scaled-object" || kind === "hpa") {
    if (group === "serving.kserve.io")
      return { problem: "KServe makes the Deployment and scales it itself: use its own form." };
    if (!SCALABLE_KINDS.includes(workload))
      return { problem: `A ${workload} has no number of replicas to set.` };
  }
  const yaml = OBJECT_WRITERS[kind](server, folder);
  return typeof yaml === "string" ? { name, yaml } : yaml;
}

/** What can be made for a server, for a person to choose from. */
export interface Offer {
  readonly kind: GeneratedKind;
  /** Why not. */
  readonly problem: string | undefined;
}

export function offers(place: Place, index: number): readonly Offer[] {
  const server = serverIn(place, index);
  if (!server) return [];
  const [scaler] = scalersOf(server, place.folder.view());
  const scaled = scaler && `${scaler.object.kind} ${scaler.object.name ?? ""} scales it already.`;
  return GENERATED_KINDS.map((kind) => {
    const made = generateFor(kind, server, place.folder);
    const problem = "problem" in made ? made.problem : undefined;
    return { kind, problem: problem ?? (AUTOSCALERS.includes(kind) ? scaled : undefined) };
  });
}

/** The server whose lines a position is in: the nearest above it in the same document. */
export function serverAt({ file, folder }: Place, position: Position): number | undefined {
  const offset = file.index.offsetAt(position);
  const servers = folder.serversOf(file);
  const document = file.documents.findLast((each) => each.offset <= offset)?.source;
  const own = servers.filter(({ anchor }) => anchor.doc === document);
  const above = own.findLast(({ anchor }) => (file.offsetOf(anchor.doc) ?? 0) + anchor.span.start <= offset);
  const found = above ?? own[0];
  return found && servers.indexOf(found);
}
