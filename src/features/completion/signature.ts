import type { Position } from "../../base/text";
import { jsonKeys } from "../../data/json-keys";
import { wordAt, siteAt } from "./site";
import type { Folder } from "../workspace/folder";
import { jsonAt } from "../hover/arguments";
import type { SourceFile } from "../workspace/workspace";

/** The keys of the JSON object around the cursor, as one line with the present one marked. */
export interface Signature {
  readonly label: string;
  readonly parameters: readonly {
    /** Characters of the label. */
    readonly span: { readonly start: number; readonly end: number };
    readonly documentation: string | undefined;
  }[];
  /** The parameter at the cursor; undefined where no key is chosen yet. */
  readonly active: number | undefined;
}

export function signatureAt(file: SourceFile, folder: Folder, position: Position): Signature | undefined {
  if (file.status !== "analysed") return undefined;
  const offset = file.index.offsetAt(position);
  const site = wordAt(file, folder, offset) ?? siteAt(file, folder, offset);
  const found = site && jsonAt(site);
  if (!found) return undefined;
  const { flag, cursor, text } = found;
  const keys = jsonKeys(flag, cursor.path).filter(({ shape }) => shape.removed === undefined);
  if (keys.length === 0) return undefined;
  let label = `${[flag, ...cursor.path].join(".")} {`;
  const parameters = keys.map(({ name, summary, shape }, i) => {
    const types = [shape.type ?? []].flat().join("|");
    const start = label.length + (i > 0 ? 2 : 0);
    label += `${i > 0 ? ", " : ""}${name}${types === "" ? "" : `: ${types}`}`;
    return { span: { start, end: label.length }, documentation: summary };
  });
  const current =
    cursor.part === "value" ? cursor.key : text.slice(cursor.start, cursor.end).replaceAll('"', "");
  const active = keys.findIndex(({ name }) => name === current);
  return { label: `${label}}`, parameters, active: active === -1 ? undefined : active };
}
