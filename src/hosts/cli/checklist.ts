import type { Checklist } from "../../features/checklist/checklist";
import { checklistText } from "./checklist-text";
import { choiceOf, parse, textOf } from "./arguments";
import { ConfigFinder } from "./config";
import { EXIT, type ExitCode } from "./exit";
import { findInputs } from "./input";
import type { Io } from "./io";
import { hasColour } from "./lint";
import { Project, type OpenFolder } from "./project";
import { problemLine } from "./reporters/text";

export const CHECKLIST_FORMATS = ["text", "json"] as const;

interface Judged {
  /** The file, or the folder when all of its manifests were named. */
  readonly shown: string;
  readonly checklist: Checklist;
}

export function checklist(args: readonly string[], io: Io): ExitCode {
  const { values, positionals } = parse("checklist", args, {
    format: { type: "string" },
    config: { type: "string" },
    gpu: { type: "string" },
    "vllm-version": { type: "string" },
  });
  const format = choiceOf("checklist", "format", values.format, CHECKLIST_FORMATS, "text");
  const paths = positionals.length === 0 ? ["."] : positionals;
  const inputs = findInputs(paths, io);
  const assume = { gpu: textOf(values.gpu), vllmVersion: textOf(values["vllm-version"]) };
  const config = new ConfigFinder(io, textOf(values.config), { assume });
  const project = new Project(io, config);
  const judged: Judged[] = [];
  for (const folder of project.folders(inputs.targets)) judged.push(...judge(folder, project));
  if (format === "json") io.out(JSON.stringify({ checklists: judged.map(toJson) }, null, 2) + "\n");
  else {
    const show = (path: string): string => project.shown(path);
    io.out(judged.map((one) => checklistText(one.shown, one.checklist, hasColour(io), show)).join("\n"));
  }
  const problems = [...inputs.problems, ...project.problems, ...config.problems];
  if (judged.length === 0 && problems.length === 0)
    io.err(`vllm-k8s: no vLLM server in ${paths.join(", ")}\n`);
  for (const problem of problems) io.err(problemLine(problem));
  if (problems.length > 0) return EXIT.failure;
  return judged.some((one) => one.checklist.counts.fails > 0) ? EXIT.findings : EXIT.clean;
}

/** One list for a folder whose manifests were all named: they are one deployment. */
function judge({ targets, texts }: OpenFolder, project: Project): readonly Judged[] {
  const folder = folderName(targets[0]?.path ?? "");
  const beside = [...texts.keys()].filter((path) => folderName(path) === folder);
  const isWhole = targets.length === beside.length && targets.length > 1;
  const asked = isWhole ? targets.slice(0, 1) : targets;
  return asked.flatMap((target) => {
    const found = project.ask(target, undefined, (service) =>
      service.checklist(target.path, isWhole ? "folder" : "file"),
    );
    const shown = isWhole ? folderName(target.shown) : target.shown;
    return found ? { shown, checklist: found } : [];
  });
}

function folderName(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash === -1 ? "." : file.slice(0, slash);
}

function toJson({ shown, checklist: { sections, counts, servers } }: Judged): object {
  return { path: shown, servers, counts, sections };
}
