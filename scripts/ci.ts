import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "./vscode/paths";

/** One step of the pipeline: an npm script, and whether it is made of mocha tests that are counted one by one. */
interface Step {
  script: string;
  args?: string[];
  env?: Record<string, string>;
  tests?: boolean;
}

interface Count {
  passed: number;
  failed: number;
  /** What to look for in the output above. */
  names: string[];
}

/** The parts of `npm test` are steps of their own, so that one failing part does not hide the others. */
const steps: Step[] = [
  { script: "check" },
  { script: "audit" },
  // Properties and fuzzing meet the same texts each time, so that a change is judged by what it does; new ones are for developers' machines
  // and the nightly job.
  { script: "test:unit", tests: true, env: { FUZZ_SEED: "1" } },
  { script: "test:live", tests: true },
  { script: "test:grammar", tests: true },
  { script: "test:host", tests: true },
  { script: "test:host", args: ["--web"], tests: true },
  { script: "test:host", args: ["--floor"], tests: true },
  { script: "test:host", args: ["--suite", "beside"], tests: true },
  { script: "test:ui", tests: true },
  { script: "test:package", tests: true },
  { script: "fuzz", args: ["0.4"], env: { FUZZ_SEED: "1" } },
  { script: "docs" },
  { script: "corpus" },
  { script: "bench" },
  { script: "bench:sizing" },
  { script: "start", args: ["--check"] },
  { script: "demo:live", args: ["--check"] },
];

const stepLimit = 20 * 60_000;

async function main(): Promise<void> {
  const counts: Count[] = [];
  for (const step of steps) counts.push(await runStep(step));
  const total = sum(counts);
  for (const name of total.names) console.log(`FAILED: ${name}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function runStep(step: Step): Promise<Count> {
  const command = ["run", step.script, ...(step.args ? ["--", ...step.args] : [])];
  const name = `npm ${command.join(" ")}`;
  console.log(`\n=== ${name}`);
  const started = Date.now();
  const { code, summaries } = await run(command, step.env);
  const tests = sum(summaries);
  console.log(`=== ${name}: exit code ${code} after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  const broken: Count = { passed: 0, failed: 1, names: [name] };
  if (!step.tests) return code === 0 ? { passed: 1, failed: 0, names: [] } : broken;
  // A run that broke off, or never got to its tests, is a failure even though no test says so.
  const brokeOff = (code !== 0 && tests.failed === 0) || summaries.length === 0;
  return brokeOff ? sum([tests, broken]) : tests;
}

/** Runs npm with its output passed on, and picks out the line that our mocha reporter ends with. */
function run(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; summaries: Count[] }> {
  const reporter = join(repoRoot, "test", "reporter.ts");
  const child = spawn("npm", args, {
    cwd: repoRoot,
    env: {
      ...process.env,
      ...env,
      MOCHA_OPTIONS: `--reporter ${reporter}`,
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const timer = setTimeout(() => {
    console.log(`Ended: it ran longer than ${stepLimit / 60_000} minutes.`);
    signalGroup(child, "SIGTERM");
    // The first signal lets our scripts stop the servers they started.
    setTimeout(() => signalGroup(child, "SIGKILL"), 10_000).unref();
  }, stepLimit);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    process.stdout.write(chunk);
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, summaries: readSummaries(output) });
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    return; // The group has ended already.
  }
}

/** As test/reporter.ts prints it. */
interface Summary {
  passes: number;
  failures: number;
  failed: string[];
}

function readSummaries(output: string): Count[] {
  const lines = output.matchAll(/^mocha-summary (\{.*\})\s*$/gm);
  return [...lines].map(([, json]) => {
    const { passes, failures, failed } = JSON.parse(json ?? "") as Summary;
    return { passed: passes, failed: failures, names: failed };
  });
}

function sum(counts: readonly Count[]): Count {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
    names: counts.flatMap(({ names }) => names),
  };
}

void main();
