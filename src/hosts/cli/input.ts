import { readFileSync, readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import type { Range } from "../../base/text";
import { CONFIG_FILE_NAME } from "../../features/settings/settings";
import type { Io } from "./io";

/** A file to look at. */
export interface Target {
  /** Absolute, with `/`; what the service knows it by. */
  readonly path: string;
  /** As people see it: relative to where they are when it lies below. */
  readonly shown: string;
  /** Standard input, which has neighbours and a place only by assumption. */
  readonly isStdin: boolean;
}

/** Something that keeps a file from being read as it should be. */
export interface InputProblem {
  readonly shown: string;
  readonly message: string;
  /** In a config file: where. */
  readonly range?: Range;
}

export interface Inputs {
  readonly targets: readonly Target[];
  readonly problems: readonly InputProblem[];
  /** Directories that hold no YAML. */
  readonly empty: readonly string[];
}

export const STDIN = "-";
const SHOWN_STDIN = "<stdin>";

/** The files that the arguments name: files as given, directories with all YAML files and Grafana dashboards below. */
export function findInputs(paths: readonly string[], io: Io): Inputs {
  return new InputFinder(io).find(paths);
}

class InputFinder {
  private readonly targets = new Map<string, Target>();
  private readonly problems: InputProblem[] = [];
  private readonly empty: string[] = [];
  /** Real paths: a link to a folder that was seen, or to one above, leads nowhere new. */
  private readonly seen = new Set<string>();

  constructor(private readonly io: Io) {}

  find(paths: readonly string[]): Inputs {
    for (const path of paths) {
      if (path === STDIN) this.add(resolve(this.io.cwd, SHOWN_STDIN), true);
      else this.addNamed(resolve(this.io.cwd, path), path);
    }
    return { targets: [...this.targets.values()], problems: this.problems, empty: this.empty };
  }

  private add(path: string, isStdin = false): void {
    const slashed = toSlashes(path);
    this.targets.set(slashed, {
      path: slashed,
      shown: isStdin ? SHOWN_STDIN : shownPath(path, this.io),
      isStdin,
    });
  }

  private addNamed(path: string, asGiven: string): void {
    try {
      if (!statSync(path).isDirectory()) return this.add(path);
    } catch (error) {
      this.problems.push({ shown: asGiven, message: reasonOf(error) });
      return;
    }
    const before = this.targets.size;
    this.walk(path);
    if (this.targets.size === before) this.empty.push(asGiven);
  }

  private walk(folder: string): void {
    let entries: Dirent[];
    let real: string;
    try {
      real = realpathSync(folder);
      if (this.isKnown(real)) return;
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.problems.push({ shown: shownPath(folder, this.io), message: reasonOf(error) });
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) this.visit(folder, real, entry);
  }

  private visit(folder: string, realFolder: string, entry: Dirent): void {
    const path = join(folder, entry.name);
    const type = typeOf(path, entry);
    if (type === "folder") {
      if (!entry.name.startsWith(".") && entry.name !== "node_modules") this.walk(path);
    } else if (type === "file" && isOurs(path, entry.name)) {
      const real = entry.isSymbolicLink() ? realpathSync(path) : join(realFolder, entry.name);
      if (!this.isKnown(real)) this.add(path);
    }
  }

  private isKnown(real: string): boolean {
    const known = this.seen.has(real);
    this.seen.add(real);
    return known;
  }
}

/** Pipes and devices are none: reading one would wait for ever. A link to nowhere is none either. */
function typeOf(path: string, entry: Dirent): "file" | "folder" | undefined {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return undefined;
  const target = statSync(path, { throwIfNoEntry: false });
  return target?.isFile() ? "file" : target?.isDirectory() ? "folder" : undefined;
}

function isOurs(path: string, name: string): boolean {
  return isYamlName(name) ? name !== CONFIG_FILE_NAME : isDashboard(path, name);
}

/** A Grafana dashboard that shows vLLM. Other JSON is not looked at again. */
function isDashboard(path: string, name: string): boolean {
  if (!/\.json$/i.test(name) || statSync(path).size > MAX_BYTES) return false;
  try {
    const text = readFileSync(path, "utf8");
    return text.includes('"panels"') && text.includes("vllm");
  } catch {
    return false;
  }
}

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** The YAML files of a folder, with their paths; none when it cannot be read. */
export function manifestsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => isYamlName(entry.name) && entry.name !== CONFIG_FILE_NAME)
      .filter((entry) => typeOf(join(folder, entry.name), entry) === "file")
      .map((entry) => toSlashes(join(folder, entry.name)))
      .sort();
  } catch {
    return [];
  }
}

export function shownPath(path: string, io: Io): string {
  const inside = relative(io.cwd, path);
  const isOutside =
    inside === "" || inside === ".." || inside.startsWith(".." + sep) || resolve(inside) === inside;
  return toSlashes(isOutside ? path : inside);
}

export function toSlashes(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

export function isConfigFile(path: string): boolean {
  return basename(path) === CONFIG_FILE_NAME;
}

/** A file's text, and what has to be put back when it is written. */
export interface FileText {
  readonly text: string;
  readonly hasBom: boolean;
  /** False when the bytes are no UTF-8; then the text shows what can be read, and must not be written back. */
  readonly isValid: boolean;
}

/** Far over what is analysed, at most three bytes a UTF-16 unit: not worth reading. */
const MAX_BYTES = 8_000_000;

/** Throws what the file system throws. Undefined for a file too large to look at. */
export function readText(target: Pick<Target, "path" | "isStdin">, io: Io): FileText | undefined {
  if (target.isStdin) return decode(io.readStdin());
  if (statSync(target.path).size > MAX_BYTES) return undefined;
  return decode(readFileSync(target.path));
}

function decode(bytes: Buffer): FileText {
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = new TextDecoder("utf-8").decode(bytes);
  // U+FFFD may be written in the file; only bytes that do not come back the same are invalid.
  const isValid = !text.includes("\ufffd") || Buffer.from((hasBom ? "\ufeff" : "") + text).equals(bytes);
  return { text, hasBom, isValid };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "is a directory",
  ENOTDIR: "a part of the path is not a directory",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "name too long",
  ENOSPC: "no space left on the device",
  EROFS: "read-only file system",
};

/** What went wrong with a file, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined ? REASONS[code] : undefined) ?? message;
}
