import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { parentOf } from "../../base/path";
import { ConfigFinder } from "./config";
import { isConfigFile, type InputProblem, type Target } from "./input";
import type { Io } from "./io";
import { FileLinter, type LintOptions, type LintPart } from "./lint-files";

/** Below, starting a thread takes longer than it saves: each has to evaluate the program and its catalogues. */
const MANY_FILES = 300;
const MAX_THREADS = 8;
/** The least files a thread gets at once, if folders are as small. */
const BATCH = 32;

/** How many threads to use; standard input is read by the main one alone. */
export function threadsFor(targets: readonly Target[], wanted: number | undefined): number {
  if (targets.some(({ isStdin }) => isStdin)) return 1;
  if (wanted !== undefined) return wanted;
  return targets.length < MANY_FILES ? 1 : Math.min(availableParallelism(), MAX_THREADS);
}

/** What a thread is told when it starts. */
interface Assignment {
  readonly options: LintOptions;
  readonly cwd: string;
}

interface Answer {
  readonly index: number;
  readonly part: LintPart;
}

/** As one `FileLinter`, the answers in the same order: threads take whole folders from one queue, a few at a time. */
export async function lintInThreads(
  targets: readonly Target[],
  options: LintOptions,
  threads: number,
  io: Io,
): Promise<LintPart> {
  const config = new ConfigFinder(io, options.config);
  for (const { path } of targets) if (isConfigFile(path)) config.read(path);
  const batches = batchesOf(targets.filter(({ path }) => !isConfigFile(path)));
  const parts: LintPart[] = [];
  let next = 0;
  const give = (worker: Worker): void => {
    const index = next++;
    const batch = batches[index];
    if (batch) worker.postMessage({ index, batch });
    else worker.postMessage(undefined);
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const assignment: Assignment = { options, cwd: io.cwd };
      const worker = new Worker(io.program, { workerData: assignment });
      worker.on("message", ({ index, part }: Answer) => {
        parts[index] = part;
        give(worker);
      });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      give(worker);
    });
  await Promise.all(Array.from({ length: Math.min(threads, batches.length) }, work));
  if (Object.keys(parts).length < batches.length) throw new Error("a thread ended before its work was done");
  return joined(config.problems, parts);
}

/** Files of one folder see each other: they stay together. */
function batchesOf(targets: readonly Target[]): readonly (readonly Target[])[] {
  const folders = new Map<string, Target[]>();
  for (const target of targets) {
    const folder = parentOf(target.path);
    const known = folders.get(folder);
    if (known) known.push(target);
    else folders.set(folder, [target]);
  }
  const batches: Target[][] = [];
  for (const folder of folders.values()) {
    const last = batches.at(-1);
    if (last && last.length < BATCH) last.push(...folder);
    else batches.push([...folder]);
  }
  return batches;
}

/** Each thread reads a config file for itself: what is wrong with it is told once. */
function joined(configProblems: readonly InputProblem[], parts: readonly LintPart[]): LintPart {
  const ofConfig = [...configProblems, ...parts.flatMap((part) => part.configProblems)];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    skipped: parts.flatMap(({ skipped }) => skipped),
    problems: parts.flatMap(({ problems }) => problems),
    configProblems: [...new Map(ofConfig.map((problem) => [JSON.stringify(problem), problem])).values()],
    failedRules: [...new Set(parts.flatMap(({ failedRules }) => failedRules))],
  };
}

/** The other side: takes batches until there are no more. */
export function serveAsThread(): void {
  const { options, cwd } = workerData as Assignment;
  const nothing = (): void => undefined;
  const io: Io = {
    cwd,
    env: process.env,
    program: __filename,
    isTerminal: false,
    out: nothing,
    err: nothing,
    readStdin: () => Buffer.alloc(0),
  };
  const linter = new FileLinter(options, io);
  parentPort?.on(
    "message",
    (job: { readonly index: number; readonly batch: readonly Target[] } | undefined) => {
      if (!job) return parentPort?.close();
      parentPort?.postMessage({ index: job.index, part: linter.lint(job.batch) } satisfies Answer);
    },
  );
}
