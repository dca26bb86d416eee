import type { Range } from "../../base/text";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import type { Folder } from "../workspace/folder";
import { shortGpuName } from "../memory/plan-text";
import type { SourceFile } from "../workspace/workspace";

/** A server in the outline, with what it is started with. */
export interface ServerSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: "server" | "model" | "flag";
  readonly range: Range;
  /** Within the range. */
  readonly selection: Range;
  readonly children: readonly ServerSymbol[];
}

export function symbolsOf(file: SourceFile, folder: Folder): readonly ServerSymbol[] {
  if (file.status !== "analysed") return [];
  return folder.serversOf(file).flatMap((server) => {
    const { anchor, container, object, engine } = server;
    const range = rangeOf(file, { doc: anchor.doc, span: container?.node.span ?? object.node.span });
    const selection = rangeOf(file, anchor);
    if (!range || !selection) return [];
    const settings = engine.bindings.flatMap((setting): ServerSymbol[] => {
      const at = setting.flagAt.doc === anchor.doc ? rangeOf(file, setting.flagAt) : undefined;
      if (!at || !isWithin(at, range)) return [];
      const kind = setting.flag === "--model" ? "model" : "flag";
      return [
        { name: setting.flag, detail: setting.text ?? "", kind, range: at, selection: at, children: [] },
      ];
    });
    const whole = isWithin(selection, range) ? range : selection;
    return [
      {
        name: `vLLM ${server.name}`,
        detail: detailOf(server, folder),
        kind: "server",
        range: whole,
        selection,
        children: settings,
      },
    ];
  });
}

function detailOf(server: VllmServer, folder: Folder): string {
  const { model } = server.engine;
  const { gpu, gpus } = folder.plans.plan(server);
  const card = gpu ? `${server.gpu.count ?? gpus ?? "?"} x ${shortGpuName(gpu)}` : undefined;
  return [model.known ? model.value : undefined, card].filter((part) => part !== undefined).join(" · ");
}

function rangeOf(file: SourceFile, { doc, span }: Spot): Range | undefined {
  const base = file.offsetOf(doc);
  return base === undefined
    ? undefined
    : file.index.rangeOf({ start: base + span.start, end: base + span.end });
}

function isWithin(inner: Range, outer: Range): boolean {
  const before = (a: Range["start"], b: Range["start"]): boolean =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  return before(outer.start, inner.start) && before(inner.end, outer.end);
}
