import { jsonKeys } from "../../data/json-keys";
import { findFlag } from "../../data/flags";
import { contains } from "../../base/span";
import type { Setting, VllmServer } from "../../vllm/model";
import { commandLineAt } from "../completion/command-line";
import { jsonPart, type JsonPart } from "../completion/json";
import type { Site } from "../completion/site";
import { flagEffect } from "./flag-effect";
import { flagMarkdown } from "./flag-text";
import { jsonCursor, type JsonCursor } from "../completion/json-cursor";
import type { Topic } from "./topic";

/** An option of vLLM by name or value, wherever it is written, or a key inside its JSON. */
export function argumentTopic(site: Site): Topic | undefined {
  const found = bindingAt(site);
  if (!found) return undefined;
  const { server, setting, span } = found;
  const entry = findFlag(setting.flag.split(".")[0] ?? "");
  if (!entry) return undefined;
  const inner = entry.type === "json" ? jsonTopic(site) : undefined;
  if (inner) return inner;
  const effect = flagEffect(entry.flag, site.folder.plans.plan(server));
  const parts = [flagMarkdown(entry, server.version.version), effect];
  const markdown = parts.filter((part) => part !== undefined).join("\n\n");
  const { flagAt, valueAt } = setting;
  const isName = span === flagAt.span && valueAt.span.start !== flagAt.span.start;
  return { range: site.fileRange(span), markdown, isName: isName || entry.type === "bool" };
}

interface Found {
  readonly server: VllmServer;
  readonly setting: Setting;
  readonly span: { readonly start: number; readonly end: number };
}

/** The binding under the cursor, of a server here or of one that reads this document as its file. */
function bindingAt(site: Site): Found | undefined {
  const point = { start: site.offset, end: site.offset };
  const own = site.server ? [site.server] : site.folder.servers();
  for (const server of own) {
    for (const setting of server.engine.bindings) {
      for (const { doc, span } of [setting.flagAt, setting.valueAt])
        if (doc === site.doc && contains(span, point)) return { server, setting, span };
    }
  }
  return undefined;
}

/** A key inside an option's JSON. */
function jsonTopic(site: Site): Topic | undefined {
  const found = jsonAt(site);
  const cursor = found?.cursor;
  if (!found || cursor?.part !== "key") return undefined;
  const name = found.text.slice(cursor.start, cursor.end).replaceAll('"', "");
  const key = jsonKeys(found.flag, cursor.path).find((each) => each.name === name);
  if (!key || (key.summary === undefined && key.shape.type === undefined)) return undefined;
  const types = [key.shape.type ?? []].flat();
  const facts = [
    types.length > 0 ? `Type: ${types.join(" or ")}` : undefined,
    key.shape.enum
      ? `Values: ${key.shape.enum.map((value) => `\`${String(value)}\``).join(", ")}`
      : undefined,
    key.shape.removed === undefined ? undefined : `Removed in ${key.shape.removed}`,
  ].filter((fact) => fact !== undefined);
  const markdown = [
    `**\`${name}\`** in \`${found.flag}\``,
    key.summary,
    facts.map((fact) => `- ${fact}`).join("\n"),
  ];
  return {
    range: site.range(found.start + cursor.start, found.start + cursor.end),
    isName: true,
    markdown: markdown.filter((part) => part !== undefined && part !== "").join("\n\n"),
  };
}

interface JsonSpot extends JsonPart {
  readonly cursor: JsonCursor;
}

/** The cursor in the JSON of an option on a command line. */
export function jsonAt(site: Site): JsonSpot | undefined {
  const line = commandLineAt(site);
  if (!line) return undefined;
  const equals = line.word.text.startsWith("-") ? line.word.text.indexOf("=") : -1;
  const flag = equals === -1 ? line.option?.entry.flag : findFlag(line.word.text.slice(0, equals))?.flag;
  if (flag === undefined || findFlag(flag)?.type !== "json") return undefined;
  const part = jsonPart(line, flag, equals + 1);
  const cursor = part && jsonCursor(part.text, site.at - part.start);
  return part && cursor && { ...part, cursor };
}
