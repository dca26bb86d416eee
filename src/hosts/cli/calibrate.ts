import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Comparison } from "../../features/calibration/calibrate";
import { withCalibration } from "../../features/calibration/calibration-file";
import { CONFIG_FILE_NAME } from "../../features/settings/settings";
import { booleanOf, choiceOf, parse, seeHelp, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, UsageError, type ExitCode } from "./exit";
import { findInputs, readText, reasonOf, STDIN, type Target } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project } from "./project";
import { problemLine } from "./reporters/text";
import { alignedTable, printable, style } from "./terminal";
import { writeWhole } from "./write";

interface Compared {
  readonly target: Target;
  readonly comparison: Comparison;
}

export function calibrate(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("calibrate", args, {
    log: { type: "string" },
    server: { type: "string" },
    format: { type: "string" },
    write: { type: "boolean" },
  });
  const format = choiceOf("calibrate", "format", values.format, ["text", "json"] as const, "text");
  const logName = textOf(values.log);
  if (positionals.length !== 1 || logName === undefined)
    throw new UsageError(`calibrate needs one FILE and --log LOG${seeHelp("calibrate")}`);
  const log = readLogFile(logName, io);
  const { target, comparison } = compare(positionals, log, textOf(values.server), io);
  if (format === "json") io.out(JSON.stringify(comparison, null, 2) + "\n");
  else io.out(comparisonText(comparison, hasColour(io)));
  if (!booleanOf(values.write)) return EXIT.clean;
  if (!comparison.calibration) {
    io.err("vllm-k8s: nothing is kept: the log does not tell enough, or is of another server\n");
    return EXIT.failure;
  }
  const file = configFor(target, io);
  const text = withCalibration(textIn(file), comparison.key, comparison.calibration);
  if (existsSync(file)) writeWhole(file, text);
  else writeFileSync(file, text);
  io.err(`vllm-k8s: kept in ${file}\n`);
  return EXIT.clean;
}

function readLogFile(name: string, io: Io): string {
  const isStdin = name === STDIN;
  try {
    const file = readText({ path: resolve(io.cwd, name), isStdin }, io);
    if (file) return file.text;
  } catch (error) {
    throw new UsageError(`${name}: ${reasonOf(error)}`);
  }
  throw new UsageError(`${name}: over 8 MB; the start-up is its first part`);
}

function compare(paths: readonly string[], log: string, name: string | undefined, io: Io): Compared {
  const inputs = findInputs(paths, io);
  const config = new ConfigFinder(io, undefined);
  const project = new Project(io, config);
  const found: Compared[] = [];
  for (const { targets } of project.folders(inputs.targets)) {
    for (const target of targets) {
      const count = project.ask(target, 0, (service) => service.servers(target.path).length);
      for (let i = 0; i < count; i++) {
        const ask = (): Comparison | undefined =>
          project.ask(target, undefined, (service) => service.compareWithLog(target.path, i, log));
        const comparison = ask();
        if (comparison && (name === undefined || comparison.title === name))
          found.push({ target, comparison });
      }
    }
  }
  for (const problem of [...inputs.problems, ...project.problems, ...config.problems])
    io.err(problemLine(problem));
  const [first, second] = found;
  if (!first)
    throw new UsageError(`no vLLM server${name === undefined ? "" : ` ${name}`} in ${paths.join(", ")}`);
  if (second) throw new UsageError(`several vLLM servers in ${paths.join(", ")}; name one with --server`);
  return first;
}

function comparisonText(
  { title, key, rows, notes, failures, calibration }: Comparison,
  colour: boolean,
): string {
  const styled = style(colour);
  const cells = rows.map(({ name, printed, planned, difference, percent, isInside }) => [
    name,
    printed,
    planned,
    difference,
    percent,
    isInside === undefined ? "" : isInside ? "inside the band" : styled.warning("outside the band"),
  ]);
  const lines = [
    `${styled.bold(printable(title))}  ${styled.dim(printable(key))}`,
    ...alignedTable([["", "vLLM printed", "planned", "difference", "", ""], ...cells]),
    ...notes.map((note) => `  ${printable(note)}`),
    ...failures.map((failure) => `  vLLM gave up: ${printable(failure)}`),
    ...(calibration
      ? [`  Difference to keep: ${calibration.overheadGib.toFixed(2)} GiB beyond the plan`]
      : []),
  ];
  return lines.map((line) => line.trimEnd() + "\n").join("");
}

/** The config file in force, else a new one beside the manifest. */
function configFor(target: Target, io: Io): string {
  let folder = target.isStdin ? io.cwd : dirname(target.path);
  const beside = join(folder, CONFIG_FILE_NAME);
  for (;;) {
    const file = join(folder, CONFIG_FILE_NAME);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    const parent = dirname(folder);
    if (parent === folder || statSync(join(folder, ".git"), { throwIfNoEntry: false })) return beside;
    folder = parent;
  }
}

function textIn(file: string): string {
  return statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, "utf8") : "";
}
