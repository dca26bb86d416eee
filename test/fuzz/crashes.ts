import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Every text that ever broke a reader, named by its target: `<target>-<hash>.txt`. */
const folder = join(__dirname, "crashes");

export interface Crash {
  readonly file: string;
  readonly target: string;
  readonly text: string;
}

export function keptCrashes(): readonly Crash[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => {
      // Half a surrogate has no UTF-8, so texts are kept as JSON.
      const text = JSON.parse(readFileSync(join(folder, file), "utf8")) as string;
      return { file, target: file.slice(0, file.lastIndexOf("-")), text };
    });
}

/** Keeps a text and returns the name of its file. */
export function keep(target: string, text: string): string {
  const file = `${target}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.txt`;
  writeFileSync(join(folder, file), JSON.stringify(text) + "\n");
  return file;
}
