import type { Position } from "../../base/text";
import type { Folder } from "../workspace/folder";
import { hoverAt, type Hover } from "./hover";
import { queryHoverAt } from "../promql/hover";
import { triggerHoverAt } from "../scaling/trigger-places";
import type { SourceFile } from "../workspace/workspace";

/** The card of what stands at a position: a trigger's threshold, a server's setting, a metric in a query. */
export function anyHoverAt(file: SourceFile, folder: Folder, position: Position): Hover | undefined {
  const trigger = triggerHoverAt(file, folder, position);
  if (trigger) return { ...trigger, server: undefined };
  return hoverAt(file, folder, position) ?? queryHoverAt(file, folder, position);
}
