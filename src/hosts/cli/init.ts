import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { USUAL_LOAD, USUAL_NAMESPACE } from "../../features/create/answers";
import { CLOUD_NAMES } from "../../features/create/clouds";
import type { Answers, Creation } from "../../features/create/create";
import { booleanOf, choiceOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { withHub, type HubModels } from "./hub";
import { reasonOf, shownPath } from "./input";
import type { Io } from "./io";
import { Project } from "./project";
import { problemLine } from "./reporters/text";

/** Writes the manifests of a new server, or shows them. */
export function init(args: readonly string[], io: Io): ExitCode | Promise<ExitCode> {
  const { values, positionals } = parse("init", args, {
    model: { type: "string" },
    gpu: { type: "string" },
    rate: { type: "string" },
    users: { type: "string" },
    prompt: { type: "string" },
    output: { type: "string" },
    namespace: { type: "string" },
    cloud: { type: "string" },
    "vllm-version": { type: "string" },
    out: { type: "string" },
    config: { type: "string" },
    "dry-run": { type: "boolean" },
    json: { type: "boolean" },
    hub: { type: "boolean" },
  });
  if (positionals.length > 0) throw new UsageError(`init takes no FILE${seeHelp("init")}`);
  const task: Task = {
    answers: answersOf(values),
    out: textOf(values.out),
    config: textOf(values.config),
    dryRun: booleanOf(values["dry-run"]),
    json: booleanOf(values.json),
  };
  const run = (own: Io, hub?: HubModels): Outcome => prepare(task, own, hub);
  const write = (outcome: Outcome): ExitCode => finish(outcome, task, io);
  return booleanOf(values.hub) ? withHub(io, run).then(write) : write(run(io));
}

interface Task {
  readonly answers: Answers;
  readonly out: string | undefined;
  readonly config: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type Values = Readonly<Record<string, Parameters<typeof textOf>[0]>>;

function answersOf(values: Values): Answers {
  const model = textOf(values["model"]);
  if (model === undefined) throw new UsageError(`init needs --model OWNER/NAME${seeHelp("init")}`);
  if (values["rate"] !== undefined && values["users"] !== undefined)
    throw new UsageError(`--rate and --users are two ways to say the same${seeHelp("init")}`);
  const isUsers = values["users"] !== undefined;
  return {
    model,
    gpu: textOf(values["gpu"]),
    namespace: textOf(values["namespace"]) ?? USUAL_NAMESPACE,
    cloud: choiceOf("init", "cloud", values["cloud"], CLOUD_NAMES, "other"),
    version: textOf(values["vllm-version"]),
    load: {
      kind: isUsers ? "users" : "rate",
      amount: numberOf("users", values) ?? numberOf("rate", values) ?? USUAL_LOAD.amount,
      prompt: numberOf("prompt", values) ?? USUAL_LOAD.prompt,
      answer: numberOf("output", values) ?? USUAL_LOAD.answer,
    },
  };
}

function numberOf(name: string, values: Values): number | undefined {
  const text = textOf(values[name]);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number))
    throw new UsageError(`--${name} must be a number, not ${JSON.stringify(text)}${seeHelp("init")}`);
  return number;
}

interface Outcome {
  readonly creation: Creation;
  readonly problems: readonly string[];
}

function prepare({ answers, config: file }: Task, io: Io, hub?: HubModels): Outcome {
  const config = new ConfigFinder(io, file);
  const project = new Project(io, config, hub);
  const path = join(io.cwd, "deployment.yaml");
  const failed: Creation = { name: "", files: [], summary: [], steps: [], problems: [] };
  const creation = project.ask({ path, shown: answers.model, isStdin: false }, failed, (service) =>
    service.create(path, answers),
  );
  return { creation, problems: [...project.problems, ...config.problems].map(problemLine) };
}

function finish({ creation, problems }: Outcome, task: Task, io: Io): ExitCode {
  for (const problem of problems) io.err(problem);
  const [first] = creation.problems;
  if (first !== undefined) throw new UsageError(creation.problems.join("\nvllm-k8s: "));
  if (creation.files.length === 0 || problems.length > 0) return EXIT.failure;
  const folder = resolve(io.cwd, task.out ?? creation.name);
  if (!task.dryRun) writeNew(folder, creation, io);
  io.out(task.json ? `${JSON.stringify(creation, null, 2)}\n` : textOfCreation(creation, folder, task, io));
  return EXIT.clean;
}

/** All of them or none: what is there is looked for first, and not written over if it comes in between. */
function writeNew(folder: string, { files }: Creation, io: Io): void {
  const there = files.map(({ path }) => join(folder, path)).filter((path) => existsSync(path));
  if (there.length > 0)
    throw new UsageError(
      `${there.map((path) => shownPath(path, io)).join(", ")}: there already, nothing was written`,
    );
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of files) writeFileSync(join(folder, path), text, { flag: "wx" });
  } catch (error) {
    throw new UsageError(`${shownPath(folder, io)}: ${reasonOf(error)}`);
  }
}

function textOfCreation(
  { files, summary, steps }: Creation,
  folder: string,
  { dryRun }: Task,
  io: Io,
): string {
  const listed = files.map(({ path, text }) => {
    const shown = shownPath(join(folder, path), io);
    return dryRun ? `# ${shown}\n${text}` : `wrote ${shown}\n`;
  });
  const mark = dryRun ? "# " : "";
  const list = (title: string, lines: readonly string[]): string =>
    [`${mark}\n${mark}${title}`, ...lines.map((line) => `${mark}- ${line}`)].join("\n") + "\n";
  return (
    listed.join(dryRun ? "---\n" : "") +
    list("What was chosen:", summary) +
    list("What is left to you:", steps)
  );
}
