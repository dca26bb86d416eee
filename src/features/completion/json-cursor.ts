/** The cursor in JSON that may be half written. */
export interface JsonCursor {
  /** The keys that lead to the object around the cursor. */
  readonly path: readonly string[];
  /** At a key, or at the value of `key`. */
  readonly part: "key" | "value";
  readonly key: string;
  /** The token at the cursor, quotes included; empty between tokens. */
  readonly start: number;
  readonly end: number;
  /** Keys of the object before the cursor. */
  readonly before: readonly string[];
}

interface Level {
  readonly kind: "{" | "[";
  readonly keys: string[];
  key: string;
  part: "key" | "value";
}

/** Undefined outside of an object, and where the text before the cursor is no beginning of JSON. */
export function jsonCursor(text: string, at: number): JsonCursor | undefined {
  const levels: Level[] = [];
  let position = 0;
  while (position < at) {
    const c = text[position] ?? "";
    const level = levels.at(-1);
    if (c === "{" || c === "[") levels.push({ kind: c, keys: [], key: "", part: "key" });
    else if (c === "}" || c === "]") levels.pop();
    else if (level && c === ":") level.part = "value";
    else if (level && c === ",") level.part = "key";
    else if (/\S/.test(c)) {
      const end = tokenEnd(text, position);
      if (end >= at && !(end === at && isClosed(text.slice(position, end))))
        return cursorIn(levels, position, end);
      if (level?.part === "key") {
        level.key = text.slice(position, end).replaceAll('"', "");
        level.keys.push(level.key);
      }
      position = end;
      continue;
    }
    position++;
  }
  return cursorIn(levels, at, at);
}

function cursorIn(levels: readonly Level[], start: number, end: number): JsonCursor | undefined {
  const level = levels.at(-1);
  if (level?.kind !== "{") return undefined;
  const path = levels.slice(0, -1).map(({ key }) => key);
  return { path, part: level.part, key: level.key, start, end, before: level.keys };
}

/** A string to its closing quote, anything else to what ends a value. */
function tokenEnd(text: string, start: number): number {
  const pattern = text[start] === '"' ? /"(?:[^"\\]|\\.)*"?/y : /[^\s,:{}[\]"]+|./y;
  pattern.lastIndex = start;
  return pattern.test(text) ? Math.max(pattern.lastIndex, start + 1) : start + 1;
}

function isClosed(token: string): boolean {
  return token.length > 1 && token.startsWith('"') && token.endsWith('"');
}
