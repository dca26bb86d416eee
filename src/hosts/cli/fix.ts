import { TextIndex } from "../../base/text";
import { applyEdits } from "../../features/findings/fixes";
import { booleanOf, parse, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { unifiedDiff } from "./diff";
import { EXIT, type ExitCode } from "./exit";
import { findInputs, reasonOf, type FileText, type InputProblem, type Target } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project, type OpenFolder } from "./project";
import { plural } from "./report";
import { problemLine } from "./reporters/text";
import { ruleNamed } from "./rule-named";
import { printableLine, style, type Style } from "./terminal";
import { writeWhole } from "./write";

export function fix(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("fix", args, {
    "dry-run": { type: "boolean" },
    rule: { type: "string" },
    config: { type: "string" },
  });
  const name = textOf(values.rule);
  const rule = name === undefined ? undefined : ruleNamed(name, "fix").id;
  const inputs = findInputs(positionals.length === 0 ? ["."] : positionals, io);
  const config = new ConfigFinder(io, textOf(values.config));
  const project = new Project(io, config);
  const problems: InputProblem[] = [];
  const output = new FixOutput(io, booleanOf(values["dry-run"]));
  for (const folder of project.folders(inputs.targets)) {
    for (const change of fixFolder(folder, project, rule)) {
      try {
        output.change(change);
      } catch (error) {
        problems.push({ shown: change.shown, message: reasonOf(error) });
      }
    }
  }
  output.summary();
  const all = [...inputs.problems, ...project.problems, ...config.problems, ...problems];
  for (const problem of all) io.err(problemLine(problem));
  return all.length > 0 ? EXIT.failure : EXIT.clean;
}

interface Change {
  readonly path: string;
  readonly shown: string;
  readonly isStdin: boolean;
  readonly file: FileText;
  readonly newText: string;
}

/** Fixes one file after another, each on what the ones before have left. */
function fixFolder(folder: OpenFolder, project: Project, rule: string | undefined): readonly Change[] {
  const texts = new Map([...folder.texts].map(([path, { text }]) => [path, text]));
  for (const target of folder.targets) applyFixes(target, project, folder, texts, rule);
  const named = new Map(folder.targets.map((target) => [target.path, target]));
  return [...folder.texts].flatMap(([path, file]) => {
    const newText = withLineEndsOf(file.text, texts.get(path) ?? file.text);
    const target = named.get(path);
    // What goes in on standard input comes out, changed or not.
    if (newText === file.text && target?.isStdin !== true) return [];
    return {
      path,
      shown: target?.shown ?? project.shown(path),
      isStdin: target?.isStdin === true,
      file,
      newText,
    };
  });
}

function applyFixes(
  target: Target,
  project: Project,
  folder: OpenFolder,
  texts: Map<string, string>,
  rule: string | undefined,
): void {
  const edits = project.ask(target, [], (service) => service.fixAll(target.path, rule));
  for (const changed of new Set(edits.map((edit) => edit.path))) {
    const text = texts.get(changed);
    if (text === undefined || !folder.texts.get(changed)?.isValid) continue;
    const index = new TextIndex(text);
    const own = edits.filter((edit) => edit.path === changed);
    const newText = applyEdits(
      text,
      own.map(({ range, newText }) => ({
        start: index.offsetAt(range.start),
        end: index.offsetAt(range.end),
        newText,
      })),
    );
    texts.set(changed, newText);
    project.setText(changed, newText);
  }
}

/** A file whose every line ends the Windows way stays one. */
function withLineEndsOf(before: string, after: string): string {
  const isWindows = before.includes("\r\n") && !/(?<!\r)\n/.test(before);
  return isWindows ? after.replace(/(?<!\r)\n/g, "\r\n") : after;
}

class FixOutput {
  private changed = 0;
  private readonly styled: Style;

  constructor(
    private readonly io: Io,
    private readonly dryRun: boolean,
  ) {
    this.styled = style(hasColour(io));
  }

  change(change: Change): void {
    const isSame = change.newText === change.file.text;
    if (!isSame) this.changed++;
    if (this.dryRun) return this.showDiff(change);
    if (change.isStdin) return this.io.out(bytesOf(change));
    writeWhole(change.path, bytesOf(change));
    this.io.out(`fixed ${change.shown}\n`);
  }

  private showDiff({ shown, file, newText }: Change): void {
    const isTerminal = this.io.isTerminal;
    for (const line of unifiedDiff(shown, file.text, newText)) {
      // Piped on, it is a patch and stays as it is.
      this.io.out(this.coloured(isTerminal ? printableLine(line) : line) + "\n");
    }
  }

  private coloured(line: string): string {
    if (/^(---|\+\+\+) /.test(line)) return this.styled.bold(line);
    if (line.startsWith("+")) return this.styled.added(line);
    if (line.startsWith("-")) return this.styled.removed(line);
    return line.startsWith("@@") ? this.styled.info(line) : line;
  }

  summary(): void {
    const files = plural(this.changed, "file");
    if (this.dryRun) this.io.err(this.changed === 0 ? "Nothing to fix.\n" : `${files} would change.\n`);
    else this.io.err(this.changed === 0 ? "Nothing to fix.\n" : `Fixed ${files}.\n`);
  }
}

function bytesOf({ file, newText }: Change): string {
  return (file.hasBom ? "\ufeff" : "") + newText;
}
