import { GENERATED_KINDS } from "../../service";
import { parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs } from "./input";
import type { Io } from "./io";
import { Project } from "./project";
import { problemLine } from "./reporters/text";

/** Writes an object that belongs to a workload to standard output. */
export function generate(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("generate", args, { config: { type: "string" } });
  const [given, ...files] = positionals;
  const kind = GENERATED_KINDS.find((name) => name === given);
  if (!kind) throw new UsageError(`KIND must be one of ${GENERATED_KINDS.join(", ")}${seeHelp("generate")}`);
  if (files.length !== 1) throw new UsageError(`generate needs one FILE${seeHelp("generate")}`);
  const inputs = findInputs(files, io);
  const project = new Project(io, new ConfigFinder(io, textOf(values.config), {}));
  for (const { targets } of project.folders(inputs.targets)) {
    for (const target of targets) {
      const failed = { problem: "It could not be analysed." };
      const made = project.ask(target, failed, (service) => service.scaling(target.path).generate(kind));
      if ("problem" in made) throw new UsageError(`${target.shown}: ${made.problem}`);
      io.out(made.yaml);
    }
  }
  const problems = [...inputs.problems, ...project.problems];
  for (const problem of problems) io.err(problemLine(problem));
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}
