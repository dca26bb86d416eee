import { writeFileSync } from "node:fs";
import { textAfter } from "../../features/findings/fixes";
import { GENERATED_KINDS, type GeneratedKind, type Placed } from "../../service";
import { booleanOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs, type Target } from "./input";
import type { Io } from "./io";
import { Project, type OpenFolder } from "./project";
import { problemLine } from "./reporters/text";
import { writeWhole } from "./write";

/** Writes an object that belongs to a workload to standard output, or to the files where it belongs. */
export function generate(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("generate", args, {
    server: { type: "string" },
    write: { type: "boolean" },
    config: { type: "string" },
  });
  const [given, ...files] = positionals;
  const kind = GENERATED_KINDS.find((name) => name === given);
  if (!kind) throw new UsageError(`KIND must be one of ${GENERATED_KINDS.join(", ")}${seeHelp("generate")}`);
  if (files.length !== 1) throw new UsageError(`generate needs one FILE${seeHelp("generate")}`);
  const server = serverOf(textOf(values.server));
  const inputs = findInputs(files, io);
  const project = new Project(io, new ConfigFinder(io, textOf(values.config), {}));
  for (const folder of project.folders(inputs.targets)) {
    for (const target of folder.targets) {
      const task = { kind, server, target, folder, project };
      if (booleanOf(values.write)) writeInPlace(task, io);
      else print(task, io);
    }
  }
  const problems = [...inputs.problems, ...project.problems];
  for (const problem of problems) io.err(problemLine(problem));
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}

interface Task {
  readonly kind: GeneratedKind;
  readonly server: number | undefined;
  readonly target: Target;
  readonly folder: OpenFolder;
  readonly project: Project;
}

const FAILED = { problem: "It could not be analysed." };

function print({ kind, server, target, project }: Task, io: Io): void {
  const made = project.ask(target, FAILED, (service) => service.scaling(target.path).generate(kind, server));
  if ("problem" in made) throw new UsageError(`${target.shown}: ${made.problem}`);
  io.out(made.yaml);
}

function writeInPlace({ kind, server = 0, target, folder, project }: Task, io: Io): void {
  if (target.isStdin) throw new UsageError("--write needs a file, not standard input");
  const placed = project.ask<Placed | typeof FAILED>(target, FAILED, (service) =>
    service.scaling(target.path).placeGenerated([kind], server),
  );
  if ("problem" in placed) throw new UsageError(`${target.shown}: ${placed.problem}`);
  for (const path of new Set(placed.edits.map((edit) => edit.path))) {
    const file = folder.texts.get(path);
    if (!file?.isValid) continue;
    writeWhole(path, (file.hasBom ? "\ufeff" : "") + textAfter(file.text, path, placed.edits));
    io.out(`wrote ${project.shown(path)}\n`);
  }
  for (const { path, text } of placed.created) {
    // Never over a file that is there.
    writeFileSync(path, text, { flag: "wx" });
    io.out(`wrote ${project.shown(path)}\n`);
  }
}

/** Servers are counted from 1, in the order of the file. */
function serverOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UsageError(
      `--server must be a number from 1, not ${JSON.stringify(text)}${seeHelp("generate")}`,
    );
  return Number(text) - 1;
}
