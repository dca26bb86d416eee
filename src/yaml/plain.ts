import { LineCounter, parseDocument } from "yaml";

/** What a text says as plain data, or where it cannot be read. */
export type PlainData =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Aliases beyond these are a bomb, not a file. */
const MOST_ALIASES = 100;

/** Reads one YAML or JSON text that is no manifest, without spans. Never throws. */
export function plainData(text: string): PlainData {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
    const [error] = document.errors;
    if (error) return { ok: false, line: lines.linePos(error.pos[0]).line, reason: error.code };
    return { ok: true, value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown };
  } catch {
    return { ok: false, line: 1, reason: "TOO_MANY_ALIASES" };
  }
}
