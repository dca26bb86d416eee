import fc from "fast-check";
import { cpuTime } from "../cpu-time";
import { keep } from "./crashes";
import type { Target } from "./target";
import { TARGETS } from "./targets";

/**
 * `npm run fuzz [minutes] [target]`: all readers in turn, a little longer each time, until the budget is spent. A text that breaks one is
 * made as small as it will go and kept in `test/fuzz/crashes`, which `npm test` plays back.
 */
const minutes = Number(process.argv[2] ?? 10);
const only = process.argv[3];
const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
if (!(minutes > 0) || targets.length === 0)
  throw new Error(`npm run fuzz [minutes] [${TARGETS.map(({ name }) => name).join(" | ")}]`);

const SLICE_MS = Math.min(2000, (minutes * 60_000) / targets.length);
/** Of work, for one small text: a reader that takes longer is broken. */
const SLOW_MS = 2000;
/** Enough to see what is wrong. */
const MOST_CRASHES = 5;

const runs = new Map(targets.map(({ name }) => [name, { runs: 0, crashes: new Map<string, string>() }]));

function slice(target: Target, seed: number): void {
  const seen = runs.get(target.name);
  if (!seen || seen.crashes.size >= MOST_CRASHES) return;
  const property = fc.property(target.text, (text) => {
    seen.runs++;
    const started = cpuTime();
    target.check(text);
    if (cpuTime() - started > SLOW_MS) throw new Error(`slow: ${text.length} characters`);
  });
  const result = fc.check(property, {
    seed,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: SLICE_MS,
    markInterruptAsFailure: false,
  });
  if (result.counterexample === null) return;
  const [text] = result.counterexample;
  const error = result.errorInstance as Error;
  // Two texts that break at the same place are one bug.
  const place = error.stack?.split("\n").slice(0, 3).join("\n") ?? String(error);
  if (seen.crashes.has(place)) return;
  const file = keep(target.name, text);
  seen.crashes.set(place, file);
  console.log(`${target.name}: ${place}\n    kept as test/fuzz/crashes/${file}, seed ${seed}`);
}

const end = Date.now() + minutes * 60_000;
let seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_007);
console.log(`Fuzzing ${targets.length} readers for ${minutes} min, first seed ${seed}`);
while (Date.now() < end) for (const target of targets) if (Date.now() < end) slice(target, seed++);

let crashes = 0;
for (const [name, seen] of runs) {
  crashes += seen.crashes.size;
  console.log(`${name.padEnd(16)} ${String(seen.runs).padStart(8)} texts, ${seen.crashes.size} crashes`);
}
console.log(`${crashes} crashes`);
process.exitCode = crashes > 0 ? 1 : 0;
