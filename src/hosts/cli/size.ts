import type { SizedServer } from "../../features/sizes";
import { choiceOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project } from "./project";
import { problemLine } from "./reporters/text";
import { sizeText } from "./size-text";

export const SIZE_FORMATS = ["text", "json"] as const;

export function size(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("size", args, {
    format: { type: "string" },
    config: { type: "string" },
    gpu: { type: "string" },
    "vllm-version": { type: "string" },
  });
  const format = choiceOf("size", "format", values.format, SIZE_FORMATS, "text");
  if (positionals.length === 0) throw new UsageError(`size needs a FILE${seeHelp("size")}`);
  const inputs = findInputs(positionals, io);
  const assume = { gpu: textOf(values.gpu), vllmVersion: textOf(values["vllm-version"]) };
  const config = new ConfigFinder(io, textOf(values.config), { assume });
  const project = new Project(io, config);
  const servers: SizedServer[] = [];
  for (const { targets } of project.folders(inputs.targets)) {
    for (const target of targets) {
      const sized = project.ask(target, [], (service) => service.sizes(target.path));
      servers.push(...sized.map((server) => ({ ...server, file: target.shown })));
    }
  }
  if (format === "json") io.out(JSON.stringify({ servers }, null, 2) + "\n");
  else io.out(servers.map((server) => sizeText(server, hasColour(io))).join("\n"));
  const problems = [...inputs.problems, ...project.problems, ...config.problems];
  for (const { file, reason } of project.skipped) io.err(`vllm-k8s: ${file}: not looked at: ${reason}\n`);
  if (servers.length === 0 && problems.length === 0)
    io.err(`vllm-k8s: no vLLM server in ${positionals.join(", ")}\n`);
  for (const problem of problems) io.err(problemLine(problem));
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}
