import type { Range } from "../../base/text";
import type { MemoryPlan } from "../../sizing/plan";
import { hubModel } from "../../vllm/hub-model";
import type { VllmServer } from "../../vllm/model";
import type { Folder } from "../workspace/folder";
import { lensTitle } from "./plan-text";
import type { SourceFile } from "../workspace/workspace";

/** A line above a server; a click opens the breakdown. */
export interface Lens {
  readonly title: string;
  readonly range: Range;
  /** The server's position in its file, for the breakdown command. */
  readonly server: number;
  /** A model that nothing here knows and that the Hub may. */
  readonly unknownModel: string | undefined;
}

/** A plan stays the same as long as its server does, and so does what is said of it. */
const titles = new WeakMap<MemoryPlan, string>();

function titleOf(server: VllmServer, plan: MemoryPlan): string {
  let title = titles.get(plan);
  if (title === undefined) {
    title = lensTitle(server, plan);
    titles.set(plan, title);
  }
  return title;
}

export function lensesOf(file: SourceFile, folder: Folder): readonly Lens[] {
  if (file.status !== "analysed") return [];
  return folder.serversOf(file).map((server, i) => {
    const offset = (folder.offsetIn(file, server.anchor.doc) ?? 0) + server.anchor.span.start;
    const start = file.index.positionAt(offset);
    const plan = folder.plans.plan(server);
    const unknownModel = plan.model === undefined ? hubModel(server) : undefined;
    return { title: titleOf(server, plan), range: { start, end: start }, server: i, unknownModel };
  });
}
