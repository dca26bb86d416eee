import type { Range } from "../base/text";
import type { Folder } from "./folder";
import { lensTitle } from "./plan-text";
import type { SourceFile } from "./workspace";

/** A line above a server; a click opens the breakdown. */
export interface Lens {
  readonly title: string;
  readonly range: Range;
  /** The server's position in its file, for the breakdown command. */
  readonly server: number;
}

export function lensesOf(file: SourceFile, folder: Folder): readonly Lens[] {
  if (file.status !== "analysed") return [];
  return folder.serversOf(file).map((server, i) => {
    const offset = (folder.offsetIn(file, server.anchor.doc) ?? 0) + server.anchor.span.start;
    const start = file.index.positionAt(offset);
    return { title: lensTitle(server, folder.plans.plan(server)), range: { start, end: start }, server: i };
  });
}
