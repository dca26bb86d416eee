import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { PROFILE_NAMES, type Simulated, type SimulationWish } from "../../service";
import { choiceOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs, reasonOf, type Target } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project } from "./project";
import { problemLine } from "./reporters/text";
import { simulationText } from "./simulate-text";

const FORMATS = ["text", "json"] as const;

/** Runs the autoscaler of a manifest under a load, as it is and after the proposed fixes. */
export function simulate(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("simulate", args, {
    profile: { type: "string" },
    seed: { type: "string" },
    rps: { type: "string" },
    "base-rps": { type: "string" },
    seconds: { type: "string" },
    prompt: { type: "string" },
    output: { type: "string" },
    "cold-start": { type: "string" },
    format: { type: "string" },
    config: { type: "string" },
    gpu: { type: "string" },
    "vllm-version": { type: "string" },
  });
  const format = choiceOf("simulate", "format", values.format, FORMATS, "text");
  if (positionals.length !== 1) throw new UsageError(`simulate needs one FILE${seeHelp("simulate")}`);
  const number = (option: string): number | undefined => numberOf(option, textOf(values[option]));
  const wish: SimulationWish = {
    profile: profileOf(textOf(values.profile) ?? "step", io),
    seed: number("seed"),
    high: number("rps"),
    low: number("base-rps"),
    seconds: number("seconds"),
    prompt: number("prompt"),
    output: number("output"),
    coldStart: number("cold-start"),
  };
  const inputs = findInputs(positionals, io);
  const assume = { gpu: textOf(values.gpu), vllmVersion: textOf(values["vllm-version"]) };
  const config = new ConfigFinder(io, textOf(values.config), { assume });
  const project = new Project(io, config);
  for (const answer of answersOf(inputs.targets, project, wish)) {
    const text =
      format === "json" ? JSON.stringify(answer, null, 2) + "\n" : simulationText(answer, hasColour(io));
    io.out(text);
  }
  const problems = [...inputs.problems, ...project.problems, ...config.problems];
  for (const problem of problems) io.err(problemLine(problem));
  return problems.length > 0 ? EXIT.failure : EXIT.clean;
}

/** One for each autoscaler, though the files of a folder show the same; a folder also holds files that have none. */
function answersOf(targets: readonly Target[], project: Project, wish: SimulationWish): readonly Simulated[] {
  const answers = new Map<string, Simulated>();
  const problems: string[] = [];
  for (const { targets: beside } of project.folders(targets)) {
    for (const target of beside) {
      const problem = { problem: "It could not be analysed." };
      const answer = project.ask(target, problem, (service) => service.scaling(target.path).simulate(wish));
      if ("problem" in answer) problems.push(`${target.shown}: ${answer.problem}`);
      else answers.set(JSON.stringify(answer), answer);
    }
  }
  if (answers.size === 0 && problems[0] !== undefined) throw new UsageError(problems[0]);
  return [...answers.values()];
}

function profileOf(text: string, io: Io): SimulationWish["profile"] {
  const named = PROFILE_NAMES.find((name) => name === text);
  if (named) return named;
  if (!/\.(json|csv)$/i.test(text))
    throw new UsageError(
      `--profile must be one of ${PROFILE_NAMES.join(", ")} or a .json or .csv file${seeHelp("simulate")}`,
    );
  try {
    return { recording: readFileSync(resolve(io.cwd, text), "utf8") };
  } catch (error) {
    throw new UsageError(`${text}: ${reasonOf(error)}`);
  }
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new UsageError(`--${option} must be a number, not ${JSON.stringify(text)}${seeHelp("simulate")}`);
  return value;
}
