import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { UsageError } from "./exit";
import { reasonOf, shownPath, toSlashes } from "./input";
import type { Io } from "./io";
import type { ReportedFinding, StaleFinding } from "./report";
import { writeWhole } from "./write";
import { isRecord } from "../../base/record";

/** How often each fingerprint is known, by file, relative to the baseline's folder. */
type Known = Map<string, Map<string, number>>;

/**
 * The findings a repository had when it adopted the linter. One is known again by its rule, its file and the text of the line it
 * begins on, so that lines that move keep it and a line that is touched asks for attention. As many as were there are left out: a copy
 * of a known line is new. Texts of lines are kept as hashes, since a line may hold a secret.
 */
export class Baseline {
  private constructor(
    private readonly file: string,
    private readonly io: Io,
    private readonly known: Known,
  ) {}

  /** Throws a usage error for a file that is missing or is no baseline. */
  static read(name: string, io: Io): Baseline {
    const file = resolve(io.cwd, name);
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      throw new UsageError(`${name}: ${reasonOf(error)}; --write-baseline makes it`);
    }
    const known = knownIn(text);
    if (!known) throw new UsageError(`${name}: no baseline of vllm-k8s; --write-baseline makes it anew`);
    return new Baseline(file, io, known);
  }

  static write(name: string, findings: readonly ReportedFinding[], io: Io): void {
    const baseline = new Baseline(resolve(io.cwd, name), io, new Map());
    for (const finding of findings) baseline.add(finding);
    try {
      const { file } = baseline;
      if (existsSync(file)) writeWhole(file, baseline.text());
      else writeFileSync(file, baseline.text());
    } catch (error) {
      throw new UsageError(`${name}: ${reasonOf(error)}`);
    }
  }

  /** The findings that are not known, in their order. */
  newAmong(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
    const left = new Map([...this.known].map(([file, counts]) => [file, new Map(counts)]));
    return findings.filter((finding) => {
      const counts = left.get(this.placeOf(finding));
      const mark = fingerprint(finding);
      const count = counts?.get(mark) ?? 0;
      if (count > 0) counts?.set(mark, count - 1);
      return count === 0;
    });
  }

  /** What it knows and nobody found any more in the files that were looked at, or in files that are gone. */
  staleAmong(findings: readonly ReportedFinding[], looked: ReadonlySet<string>): readonly StaleFinding[] {
    const now = new Baseline(this.file, this.io, new Map());
    for (const finding of findings) now.add(finding);
    const folder = dirname(this.file);
    return [...this.known].flatMap(([place, counts]) => {
      const path = toSlashes(resolve(folder, place));
      if (!looked.has(path) && existsSync(path)) return [];
      return [...counts].flatMap(([mark, count]) => {
        const rule = mark.slice(0, mark.lastIndexOf(" "));
        const gone = count - (now.known.get(place)?.get(mark) ?? 0);
        return gone > 0 ? [{ file: shownPath(path, this.io), rule, count: gone }] : [];
      });
    });
  }

  private add(finding: ReportedFinding): void {
    const place = this.placeOf(finding);
    const counts = this.known.get(place) ?? new Map<string, number>();
    const mark = fingerprint(finding);
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
    this.known.set(place, counts);
  }

  /** The same wherever the command runs; standard input has no place. */
  private placeOf({ file }: ReportedFinding): string {
    if (file.startsWith("<")) return file;
    return toSlashes(relative(dirname(this.file), resolve(this.io.cwd, file)));
  }

  /** Sorted, so that a change of it is a small diff. */
  private text(): string {
    const files = sorted([...this.known].map(([file, counts]) => [file, sorted([...counts])]));
    return JSON.stringify({ version: VERSION, findings: files }, null, 2) + "\n";
  }
}

const VERSION = 1;

function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Neither the line's number nor the message: both change when nothing about the finding has. */
function fingerprint({ rule, sourceLine }: ReportedFinding): string {
  const hash = createHash("sha256").update(sourceLine.trim()).digest("hex");
  return `${rule} ${hash.slice(0, HASH_DIGITS)}`;
}

/** 64 bits: a file has some dozen findings. */
const HASH_DIGITS = 16;

function knownIn(text: string): Known | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== VERSION || !isRecord(value.findings)) return undefined;
  const known: Known = new Map();
  for (const [file, counts] of Object.entries(value.findings)) {
    if (!isRecord(counts)) return undefined;
    const entries = Object.entries(counts);
    const numbers = entries.filter((entry): entry is [string, number] => Number.isInteger(entry[1]));
    if (numbers.length !== entries.length) return undefined;
    known.set(file, new Map(numbers));
  }
  return known;
}
