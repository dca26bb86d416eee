import type { SizedServer } from "../../features/memory/sizes";
import type { Assumptions } from "../../features/settings/settings";
import type { WhatIf, WhatIfFilter } from "../../features/what-if/what-if";
import { booleanOf, choiceOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { withHub, type HubModels } from "./hub";
import { findInputs } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project } from "./project";
import { problemLine } from "./reporters/text";
import { sizeText } from "./size-text";
import { filterOf, whatIfText } from "./what-if-text";

export const SIZE_FORMATS = ["text", "json"] as const;

export function size(args: readonly string[], io: Io): ExitCode | Promise<ExitCode> {
  const { values, positionals } = parse("size", args, {
    format: { type: "string" },
    config: { type: "string" },
    gpu: { type: "string" },
    "vllm-version": { type: "string" },
    hub: { type: "boolean" },
    "what-if": { type: "boolean" },
    vary: { type: "string" },
  });
  const format = choiceOf("size", "format", values.format, SIZE_FORMATS, "text");
  if (positionals.length === 0) throw new UsageError(`size needs a FILE${seeHelp("size")}`);
  const assume = { gpu: textOf(values.gpu), vllmVersion: textOf(values["vllm-version"]) };
  const vary = textOf(values.vary);
  const compares = booleanOf(values["what-if"]);
  if (vary !== undefined && !compares) throw new UsageError(`--vary needs --what-if${seeHelp("size")}`);
  const compare = compares ? filterOf(vary) : undefined;
  const options = { format, config: textOf(values.config), assume, compare };
  const run = (own: Io, hub?: HubModels): ExitCode => sizePaths(positionals, options, own, hub);
  return booleanOf(values.hub) ? withHub(io, run) : run(io);
}

interface SizeOptions {
  readonly format: (typeof SIZE_FORMATS)[number];
  readonly config: string | undefined;
  readonly assume: Assumptions;
  /** What to compare in place of the plan. */
  readonly compare: WhatIfFilter | undefined;
}

type Sized = SizedServer | (WhatIf & { readonly file: string });

function sizePaths(paths: readonly string[], options: SizeOptions, io: Io, hub?: HubModels): ExitCode {
  const { compare } = options;
  const inputs = findInputs(paths, io);
  const config = new ConfigFinder(io, options.config, { assume: options.assume });
  const project = new Project(io, config, hub);
  const servers: Sized[] = [];
  const texts: string[] = [];
  for (const { targets } of project.folders(inputs.targets)) {
    for (const target of targets) {
      const sized = project.ask(target, [], (service) => service.sizes(target.path));
      for (const [i, server] of sized.entries()) {
        const table =
          compare && project.ask(target, undefined, (service) => service.whatIf(target.path, i, compare));
        servers.push({ ...(table ?? server), file: target.shown });
        texts.push(
          table
            ? whatIfText(table, target.shown, hasColour(io))
            : sizeText({ ...server, file: target.shown }, hasColour(io)),
        );
      }
    }
  }
  if (options.format === "json") io.out(JSON.stringify({ servers }, null, 2) + "\n");
  else io.out(texts.join("\n"));
  const problems = [...inputs.problems, ...project.problems, ...config.problems];
  for (const { file, reason } of project.skipped) io.err(`vllm-k8s: ${file}: not looked at: ${reason}\n`);
  if (servers.length === 0 && problems.length === 0)
    io.err(`vllm-k8s: no vLLM server in ${paths.join(", ")}\n`);
  for (const problem of problems) io.err(problemLine(problem));
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}
