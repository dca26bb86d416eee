import { textAfter } from "../../features/findings/fixes";
import { migrationText } from "../../features/migration/migrate-text";
import { migrationTarget, NEWEST_TARGET } from "../../features/migration/migrate";
import { booleanOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { unifiedDiff } from "./diff";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs, type Target } from "./input";
import type { Io } from "./io";
import { Project, type OpenFolder } from "./project";
import { problemLine } from "./reporters/text";
import { printable } from "./terminal";
import { writeWhole } from "./write";

export function migrate(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("migrate", args, {
    to: { type: "string" },
    write: { type: "boolean" },
    config: { type: "string" },
  });
  const to = textOf(values.to);
  if (positionals.length !== 1 || to === undefined)
    throw new UsageError(`migrate needs one FILE and --to X.Y.Z${seeHelp("migrate")}`);
  if (!migrationTarget(to))
    throw new UsageError(`--to must be a release up to ${NEWEST_TARGET}, not ${JSON.stringify(to)}`);
  const inputs = findInputs(positionals, io);
  const config = new ConfigFinder(io, textOf(values.config));
  const project = new Project(io, config);
  let isLeft = false;
  for (const folder of project.folders(inputs.targets))
    for (const target of folder.targets)
      isLeft = migrateOne({ target, folder, project, to, write: booleanOf(values.write) }, io) || isLeft;
  const problems = [...inputs.problems, ...project.problems, ...config.problems];
  for (const problem of problems) io.err(problemLine(problem));
  if (problems.length > 0) return EXIT.failure;
  return isLeft ? EXIT.findings : EXIT.clean;
}

interface Task {
  readonly target: Target;
  readonly folder: OpenFolder;
  readonly project: Project;
  readonly to: string;
  readonly write: boolean;
}

/** True when something is left to do. */
function migrateOne({ target, folder, project, to, write }: Task, io: Io): boolean {
  const migration = project.ask(target, undefined, (service) => service.migrate(target.path, to));
  if (!migration || migration.servers.length === 0) {
    io.err(`vllm-k8s: no vLLM server in ${target.shown}\n`);
    return false;
  }
  const text = migrationText(migration);
  io.out(io.isTerminal ? printable(text) : text);
  for (const path of new Set(migration.edits.map((edit) => edit.path))) {
    const file = folder.texts.get(path);
    if (!file?.isValid) continue;
    const changed = textAfter(file.text, path, migration.edits);
    if (!write || target.isStdin) {
      io.out("\n" + unifiedDiff(project.shown(path), file.text, changed).join("\n") + "\n");
    } else {
      writeWhole(path, (file.hasBom ? "\ufeff" : "") + changed);
      io.out(`\nwrote ${project.shown(path)}\n`);
    }
  }
  return migration.left.length > 0;
}
