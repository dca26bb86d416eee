import type { Position, Range } from "../../base/text";
import type { KubeObject } from "../../kubernetes";
import type { FileEdit } from "../findings/fixes";
import type { Folder } from "../workspace/folder";
import { occurrencesAt, occurrencesIn, sameAs } from "./navigation";
import { expressionOn } from "./labels";
import { entityOf } from "./names";
import type { Occurrence } from "./occurrence";
import type { SourceFile, Workspace } from "../workspace/workspace";

/** Why nothing is renamed, in a sentence for the person. */
export interface Refusal {
  readonly refused: string;
}

export interface RenamePlace {
  readonly range: Range;
  readonly name: string;
}

/** What can be renamed at a position; undefined where nothing is named. */
export function renamePlaceAt(
  file: SourceFile,
  folder: Folder,
  position: Position,
  workspace: Workspace,
): RenamePlace | Refusal | undefined {
  const here = occurrencesAt(file, folder, position);
  const [first] = here;
  const place = first && workspace.placeOf({ doc: first.scalar.doc, span: first.span });
  if (!first || !place) return undefined;
  const refused = refusalFor(here, folder);
  return refused === undefined ? { range: place.file.index.rangeOf(place), name: first.name } : { refused };
}

/** The edits that change a name everywhere at once. */
export function renameAt(
  file: SourceFile,
  folder: Folder,
  position: Position,
  { to, workspace }: { readonly to: string; readonly workspace: Workspace },
): readonly FileEdit[] | Refusal {
  const here = occurrencesAt(file, folder, position);
  const refused = refusalFor(here, folder) ?? badName(here, to, folder);
  if (refused !== undefined) return { refused };
  return sameAs(here, folder).flatMap(({ scalar, span }): FileEdit[] => {
    const place = workspace.placeOf({ doc: scalar.doc, span });
    if (!place) return [];
    const isWhole =
      scalar.style === "plain" && scalar.span.start === span.start && scalar.span.end === span.end;
    const newText = isWhole && !isString(to) ? JSON.stringify(to) : to;
    return [{ path: place.file.path, range: place.file.index.rangeOf(place), newText }];
  });
}

/** Read as a string when it stands without quotes. */
function isString(name: string): boolean {
  return (
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(name) && !/^[\d.]+(e\d+)?$/i.test(name) && name !== ""
  );
}

function refusalFor(here: readonly Occurrence[], folder: Folder): string | undefined {
  const [first] = here;
  if (!first) return "There is no name here that this extension knows the places of.";
  const all = sameAs(here, folder);
  const definition = all.find(({ role }) => role === "definition");
  if (!definition) return `What \`${first.name}\` names is not in view, so it cannot be renamed there.`;
  const template = all.find(({ scalar }) => scalar.doc.templated);
  if (template) return `A template of ${nameOf(template.object)} writes a part of what would change.`;
  const patched = all.find(({ object }) => object.partial);
  if (patched) return `${nameOf(patched.object)} is completed elsewhere, where the name would stay as it is.`;
  if (first.sort !== "label") return statefulRefusal(first, definition.object);
  const [, , key = ""] = first.entity.split("\n");
  const expression = expressionOn(key, first.name, folder.objects());
  return (
    expression &&
    `${nameOf(expression)} picks pods by an expression on \`${key}\`, which a rename cannot follow.`
  );
}

/** Kubernetes makes names of claims out of those two, and keeps the old claims. */
function statefulRefusal({ sort }: Occurrence, object: KubeObject): string | undefined {
  if (object.kind !== "StatefulSet" || object.node.entry("spec") === undefined) return undefined;
  const claims = /volumeClaimTemplates/.test(object.doc.text);
  if (!claims || (sort !== "object" && sort !== "volume")) return undefined;
  return `The claims of ${nameOf(object)} are named after it: under another name its pods would start with empty ones.`;
}

function nameOf({ kind, name }: KubeObject): string {
  return name === undefined ? `a ${kind}` : `${kind} ${name}`;
}

function badName(here: readonly Occurrence[], to: string, folder: Folder): string | undefined {
  const [first] = here;
  if (!first) return undefined;
  if (to === first.name) return undefined;
  if (first.sort === "label")
    return /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(to)
      ? undefined
      : "A label's value is at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit.";
  if (first.sort === "port" && !/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(to))
    return "A port's name is at most 15 lower-case letters, digits and single dashes, with at least one letter.";
  const longest = first.sort === "object" && first.entity.split("\n")[1] !== "Service" ? 253 : 63;
  if (to.length > longest || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(to))
    return `A name is at most ${longest} lower-case letters, digits, \`-\` and \`.\`, and begins and ends with a letter or digit.`;
  return collision(first, to, folder);
}

function collision(first: Occurrence, to: string, folder: Folder): string | undefined {
  const parts = first.entity.split("\n");
  const [sort, kind = "", namespace = ""] = parts;
  const entity =
    sort === "object"
      ? entityOf(kind, to, namespace === "" ? undefined : namespace)
      : [...parts.slice(0, -1), to].join("\n");
  return occurrencesIn(folder).some((other) => other.entity === entity && other.role === "definition")
    ? `\`${to}\` is there already.`
    : undefined;
}
