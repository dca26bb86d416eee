import { TextIndex } from "../../src/base/text";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { Workspace } from "../../src/features/workspace/workspace";
import { findFlag } from "../../src/data/flags";
import { existsAt } from "../../src/vllm/flags";
import { createService } from "../../src/service";
import usage from "../../src/data/usage.json";
import type { CorpusFile } from "./files";
import { usageIn } from "./usage";

/** Flags taken out of real manifests: how often two typed letters bring each back among the first ten proposals. */
export interface HeldBack {
  readonly asked: number;
  readonly found: number;
  /** `--flag in file: place`, with no place where it was not proposed at all. */
  readonly missed: readonly string[];
}

/** In each half. */
const POSITIONS = 50;
const FIRST = 10;
const TYPED = 2;

interface Position {
  readonly file: CorpusFile;
  /** The canonical name; `--no-…` as written. */
  readonly flag: string;
  /** Of the name in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * Each half of the repositories is asked about with the order that the other half gives, so that no position has a part in the order
 * it is measured with. What ships counts all of them.
 */
export function holdBack(files: readonly CorpusFile[]): HeldBack {
  const repos = [...new Set(files.map(({ mark }) => mark.repo))].sort();
  const half = (which: number): readonly CorpusFile[] =>
    files.filter(({ mark }) => repos.indexOf(mark.repo) % 2 === which);
  const halves = [half(0), half(1)] as const;
  const [first, second] = [measured(halves[0], halves[1]), measured(halves[1], halves[0])];
  return {
    asked: first.asked + second.asked,
    found: first.found + second.found,
    missed: [...first.missed, ...second.missed],
  };
}

function measured(files: readonly CorpusFile[], ranking: readonly CorpusFile[]): HeldBack {
  const shipped = usage.flags;
  Object.assign(usage, { flags: usageIn(ranking).flags });
  try {
    return holdBackIn(files);
  } finally {
    usage.flags = shipped;
  }
}

/** The positions are spread evenly over all that there are, so that no repository stands for all. */
function holdBackIn(files: readonly CorpusFile[]): HeldBack {
  const all = positionsIn(files);
  const step = Math.max(1, all.length / POSITIONS);
  const chosen = Array.from(
    { length: Math.min(POSITIONS, all.length) },
    (_, i) => all[Math.floor(i * step)],
  ).filter((position) => position !== undefined);
  const answers = chosen.map((position) => ({ position, place: placeOf(position) }));
  const missed = answers.filter(({ place }) => place === undefined || place >= FIRST);
  return {
    asked: chosen.length,
    found: chosen.length - missed.length,
    missed: missed.map(
      ({ position, place }) =>
        `${position.flag} in ${position.file.mark.file}: ${place === undefined ? "not proposed" : place + 1}`,
    ),
  };
}

/** Long flags written out in lists and scripts, in files that stand alone as well as in their folder. */
function positionsIn(files: readonly CorpusFile[]): readonly Position[] {
  return files.flatMap((file) => {
    const workspace = new Workspace(() => ({}));
    workspace.set(file.path, file.text);
    const source = workspace.file(file.path);
    if (source?.status !== "analysed") return [];
    const servers = workspace.folderOf(file.path).serversOf(source);
    return servers.flatMap(({ engine, version }) =>
      engine.bindings.flatMap(({ flag, negated, spelling, flagAt, path, form }): Position[] => {
        const place = workspace.placeOf(flagAt);
        if (!place || form === "map" || path.length > 0 || !spelling.startsWith("--")) return [];
        if (file.text.slice(place.start, place.end) !== spelling) return [];
        const entry = findFlag(flag);
        // What the image's release does not have is rightly not proposed.
        if (!entry || !existsAt(entry, version.version)) return [];
        const name = negated ? `--no-${flag.slice(2)}` : flag;
        return [{ file, flag: name, start: place.start, end: place.end }];
      }),
    );
  });
}

/** The flag's name is cut to its first letters; its value stays, as when a person corrects a name. */
function placeOf({ file, flag, start, end }: Position): number | undefined {
  const typed = flag.slice(0, 2 + TYPED);
  const text = file.text.slice(0, start) + typed + file.text.slice(end);
  const service = createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-01-01",
    ruleFailed: () => undefined,
  });
  service.setFile(file.path, text);
  const position = new TextIndex(text).positionAt(start + typed.length);
  const matching = service
    .completions(file.path, position)
    .filter(({ filterText }) => filterText.split(" ").some((name) => name.startsWith(typed)))
    .sort((a, b) =>
      a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.label < b.label ? -1 : 1,
    );
  const place = matching.findIndex(({ label }) => label === flag);
  return place === -1 ? undefined : place;
}
