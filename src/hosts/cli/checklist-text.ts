import type {
  Checklist,
  ChecklistEntry,
  ChecklistPlace,
  ChecklistStatus,
} from "../../features/checklist/checklist";
import { printable, style, type Style } from "./terminal";

const WORDS: Readonly<Record<ChecklistStatus, string>> = {
  passes: "pass",
  fails: "FAIL",
  unknown: "unknown",
  cluster: "cluster",
  people: "people",
};

/** The checklist as a person reads it: section by section, the reason or the place below what does not pass. */
export function checklistText(
  shown: string,
  checklist: Checklist,
  colour: boolean,
  showPath: (path: string) => string,
): string {
  const styled = style(colour);
  const { counts } = checklist;
  const summary = `${counts.passes} pass, ${counts.fails} fail, ${counts.unknown} unknown, ${counts.cluster} need the cluster, ${counts.people} need people`;
  const lines = [
    `${styled.bold(printable(shown))}  ${styled.dim(printable(checklist.servers.join(", ")))}`,
    ...checklist.sections.flatMap(({ title, entries }) => [
      "",
      styled.bold(title),
      ...entries.flatMap((entry) => entryLines(entry, styled, showPath)),
    ]),
    "",
    summary,
  ];
  return lines.join("\n") + "\n";
}

function entryLines(
  entry: ChecklistEntry,
  styled: Style,
  showPath: (path: string) => string,
): readonly string[] {
  const { id, title, status, reason, places } = entry;
  const word = WORDS[status].padEnd(7);
  const shown =
    status === "fails" ? styled.error(word) : status === "passes" ? styled.added(word) : styled.dim(word);
  const below = [
    ...places.map((place) => placeLine(place, showPath)),
    ...(reason === undefined ? [] : [reason]),
    ...(status === "cluster" && entry.cluster !== undefined ? [entry.cluster] : []),
    ...(status === "people" && entry.people !== undefined ? [entry.people] : []),
  ];
  return [
    `  ${shown}  ${id.padEnd(4)}  ${title}`,
    ...below.map((line) => styled.dim(`                 ${printable(line)}`)),
  ];
}

function placeLine(
  { path, range, rule, message, fixable }: ChecklistPlace,
  showPath: (path: string) => string,
): string {
  const { line, character } = range.start;
  return `${showPath(path)}:${line + 1}:${character + 1}  ${message}  ${rule}${fixable ? " (fix)" : ""}`;
}
