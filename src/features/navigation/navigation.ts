import { contains } from "../../base/span";
import type { Position, Range } from "../../base/text";
import { podTemplatesOf, type KubeObject } from "../../kubernetes";
import type { Folder } from "../workspace/folder";
import { labelsIn, serviceLabelsIn } from "./labels";
import { entityOf, namesIn } from "./names";
import type { Occurrence } from "./occurrence";
import { portsIn, servicePortsIn, volumesIn, type Surroundings } from "./pods";
import type { SourceFile, Workspace } from "../workspace/workspace";

export interface Location {
  readonly path: string;
  readonly range: Range;
}

const memory = new WeakMap<readonly KubeObject[], readonly Occurrence[]>();

/** Every name in view, each place once. Kept until an object changes. */
export function occurrencesIn(folder: Folder): readonly Occurrence[] {
  const objects = folder.objects();
  let all = memory.get(objects);
  if (!all) memory.set(objects, (all = collect(objects)));
  return all;
}

function collect(objects: readonly KubeObject[]): readonly Occurrence[] {
  const around: Surroundings = { objects, podsOf: podTemplatesOf };
  const named = new Set(
    objects.flatMap(({ kind, name, namespace }) =>
      name === undefined ? [] : [entityOf(kind, name, namespace)],
    ),
  );
  const exists = (kind: string, name: string, namespace: string | undefined): boolean =>
    named.has(entityOf(kind, name, namespace));
  const found = [
    ...objects.flatMap((object) => namesIn(object, exists)),
    ...objects.flatMap((object) =>
      podTemplatesOf(object).flatMap((pod) => [...volumesIn(pod), ...portsIn(pod, around)]),
    ),
    ...objects.flatMap((object) => servicePortsIn(object, around)),
    ...labelsIn(around),
    ...serviceLabelsIn(around),
  ];
  const places = new Map<string, Occurrence>();
  const ids = new Map(objects.map((object, i) => [object.doc, i]));
  for (const occurrence of found) {
    const key = [ids.get(occurrence.object.doc), occurrence.span.start, occurrence.entity].join(" ");
    const known = places.get(key);
    if (!known || known.role === "reference") places.set(key, occurrence);
  }
  return [...places.values()];
}

/** The names at a position; one label can be that of a pod and of a selector at once. */
export function occurrencesAt(file: SourceFile, folder: Folder, position: Position): readonly Occurrence[] {
  if (file.status === "too-large" || file.status === "conflict") return [];
  const offset = file.index.offsetAt(position);
  const placed = file.documents.findLast((document) => document.offset <= offset);
  if (!placed) return [];
  const point = { start: offset - placed.offset, end: offset - placed.offset };
  return occurrencesIn(folder).filter(
    ({ scalar, span }) => scalar.doc === placed.source && contains(span, point),
  );
}

/** Where what is named at a position is defined. */
export function definitionsAt(
  file: SourceFile,
  folder: Folder,
  position: Position,
  workspace: Workspace,
): readonly Location[] {
  return sameAs(occurrencesAt(file, folder, position), folder)
    .filter(({ role }) => role === "definition")
    .flatMap((occurrence) => locationOf(occurrence, workspace));
}

/** Every place that names the same, in file order. */
export function referencesAt(
  file: SourceFile,
  folder: Folder,
  position: Position,
  workspace: Workspace,
): readonly Location[] {
  return sameAs(occurrencesAt(file, folder, position), folder).flatMap((occurrence) =>
    locationOf(occurrence, workspace),
  );
}

export function sameAs(here: readonly Occurrence[], folder: Folder): readonly Occurrence[] {
  const entities = new Set(here.map(({ entity }) => entity));
  return entities.size === 0 ? [] : occurrencesIn(folder).filter(({ entity }) => entities.has(entity));
}

function locationOf({ scalar, span }: Occurrence, workspace: Workspace): readonly Location[] {
  const place = workspace.placeOf({ doc: scalar.doc, span });
  return place ? [{ path: place.file.path, range: place.file.index.rangeOf(place) }] : [];
}
