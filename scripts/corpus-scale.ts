import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readCorpus, type CorpusFile } from "./corpus/files";
import { renamed } from "./corpus/renamed";
import { scratchFolder } from "./corpus/scratch";

/**
 * `npm run corpus:scale`: `vllm-k8s lint` over 2,500, 5,000 and 10,000 manifests, the corpus repeated with other names in a temporary folder. Prints
 * files per second and the peak of memory; fails when processor time or memory grow faster than the number of files. Takes some minutes.
 */
const SIZES = [2500, 5000, 10_000];
/** By how much more than the files processor time may grow, and how much of the growth of files memory may follow. */
const SLACK = 1.3;
const MEMORY_GROWTH = 2;

interface Run {
  readonly files: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly findings: number;
}

async function main(): Promise<number> {
  const folder = process.env.CORPUS_DIR;
  if (!folder) {
    console.log("CORPUS_DIR is not set: scale run skipped");
    return 0;
  }
  const corpus = readCorpus(folder).filter(({ path }) => /\.ya?ml$/i.test(path));
  const root = scratchFolder("vllm-k8s-scale");
  console.log(`${corpus.length} manifests, ${availableParallelism()} cores`);
  console.log("threads   files   seconds   files/s   processor s   peak MiB   findings");
  const broken: string[] = [];
  for (const jobs of [undefined, 1]) {
    const runs: Run[] = [];
    for (const size of SIZES) runs.push(await measure(corpus, size, root, jobs));
    broken.push(...grows(runs, jobs));
  }
  for (const bound of broken) console.error(`BROKEN: ${bound}`);
  return broken.length > 0 ? 1 : 0;
}

async function measure(
  corpus: readonly CorpusFile[],
  size: number,
  root: string,
  jobs: number | undefined,
): Promise<Run> {
  const folder = join(root, String(size));
  writeCopies(corpus, size, folder);
  const started = performance.now();
  const result = await lint(folder, jobs);
  const seconds = (performance.now() - started) / 1000;
  rmSync(folder, { recursive: true, force: true });
  const [, cpu, kib] = /^usage (\d+) (\d+)$/m.exec(result.stderr) ?? [];
  if (result.status !== 0 || cpu === undefined || kib === undefined)
    throw new Error(`lint failed: ${result.stderr.slice(-2000)}`);
  const run = {
    files: size,
    seconds,
    cpuSeconds: Number(cpu) / 1e6,
    peakMib: Number(kib) / 1024,
    findings: result.findings,
  };
  const cells = [
    (jobs === undefined ? "auto" : String(jobs)).padStart(7),
    String(size).padStart(8),
    seconds.toFixed(1).padStart(10),
    (size / seconds).toFixed(0).padStart(10),
    run.cpuSeconds.toFixed(1).padStart(14),
    run.peakMib.toFixed(0).padStart(11),
    String(run.findings).padStart(11),
  ];
  console.log(cells.join(""));
  return run;
}

interface Linted {
  readonly status: number | null;
  readonly findings: number;
  readonly stderr: string;
}

/** Not waited for in place: a signal to this process has to reach its clean-up while the other works. */
function lint(folder: string, jobs: number | undefined): Promise<Linted> {
  const threads = jobs === undefined ? [] : [`--jobs=${jobs}`];
  const words = ["--import", USAGE, CLI, "lint", folder, "--quiet", "--fail-on=never", ...threads];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const stop = (): void => void child.kill();
  process.once("exit", stop);
  let [findings, stderr] = [0, ""];
  child.stdout.on("data", (chunk: Buffer) => (findings += chunk.filter((byte) => byte === NEWLINE).length));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (status) => {
      process.off("exit", stop);
      done({ status, findings, stderr });
    });
  });
}

const NEWLINE = 10;
const CLI = resolve(__dirname, "..", "dist", "cli.js");

/** Runs before the command line: at its end it tells processor time in µs and the most memory in KiB that the process had. */
const USAGE = `data:text/javascript,${encodeURIComponent(`
import { isMainThread } from "node:worker_threads";
if (isMainThread) process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write("usage " + (userCPUTime + systemCPUTime) + " " + maxRSS + "\\n");
});`)}`;

/** Each copy is a repository of its own with names of its own. */
function writeCopies(corpus: readonly CorpusFile[], size: number, folder: string): void {
  for (let i = 0; i < size; i++) {
    const file = corpus[i % corpus.length];
    if (!file) continue;
    const copy = Math.floor(i / corpus.length);
    const [, owner = "", name = "", ...rest] = file.path.split("/");
    const path = join(folder, `${owner}-${copy}`, name, ...rest);
    mkdirSync(join(folder, `${owner}-${copy}`, name, ".git"), { recursive: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, renamed(file.text, copy));
  }
}

/** Of the smallest and the largest run: time as the files at most, memory by far less. */
function grows(runs: readonly Run[], jobs: number | undefined): readonly string[] {
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) return [];
  const files = last.files / first.files;
  const time = last.cpuSeconds / first.cpuSeconds;
  const memory = last.peakMib / first.peakMib;
  const label = jobs === undefined ? "auto" : `${jobs} thread`;
  console.log(
    `${label}: ${files}x files take ${time.toFixed(2)}x processor time and ${memory.toFixed(2)}x memory`,
  );
  return [
    ...(time > files * SLACK ? [`processor time grows ${time.toFixed(2)}x for ${files}x files`] : []),
    ...(memory > MEMORY_GROWTH ? [`memory grows ${memory.toFixed(2)}x for ${files}x files`] : []),
  ];
}

void main().then((code) => (process.exitCode = code));
