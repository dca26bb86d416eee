import { Engine } from "../vllm/engine";
import type { Setting, VllmServer } from "../vllm/model";

export interface Change {
  /** Values by canonical flag. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly gpus?: number;
}

/** The server as it would be after a change; its plan tells whether a fix helps before anyone is offered it. */
export function changedServer(server: VllmServer, change: Change): VllmServer {
  const { engine, version, anchor } = server;
  const settings = Object.entries(change.arguments).map(([flag, text]): Setting => ({
    flag,
    spelling: flag,
    path: [],
    negated: false,
    text,
    origin: { kind: "flag" },
    flagAt: anchor,
    valueAt: anchor,
    form: "two-items",
  }));
  const changed = new Engine({
    bindings: [...engine.bindings, ...settings],
    unrecognised: engine.unrecognised,
    environment: engine.environment,
    open: engine.open,
    version: version.version,
    model: engine.model,
  });
  const gpu = change.gpus === undefined ? server.gpu : { ...server.gpu, count: change.gpus };
  return { ...server, engine: changed, gpu };
}
