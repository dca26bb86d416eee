import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { timesOf } from "./measure";
import type { Result } from "./result";

/** The bench is bundled into a folder of its own; it runs in the project's. */
const ROOT = resolve(".");

export function bundleSizes(): readonly Result[] {
  return ["dist/extension.js", "dist/web.js"].map((file) => ({
    name: file,
    times: undefined,
    reference: undefined,
    value: statSync(join(ROOT, file)).size / 1000,
    ceiling: 900,
    unit: "kB",
  }));
}

const RUNS = 15;

/**
 * What VS Code waits for when the first YAML file opens: loading the bundle and `activate`, in a process of its own each time. `vscode` is
 * an object there whose every member can be called, read and constructed; the time is our code's.
 */
export function activation(): readonly Result[] {
  const samples = Array.from({ length: RUNS }, activateOnce);
  const times = timesOf(samples);
  // The fastest run: the others tell how busy the machine is.
  const fastest = Math.min(...samples);
  return [
    {
      name: "load and activate",
      times,
      reference: undefined,
      value: fastest,
      ceiling: 80,
      goal: 50,
      unit: "ms",
    },
  ];
}

function activateOnce(): number {
  const child = spawnSync(
    process.execPath,
    [join(ROOT, "test", "bench", "activate.cjs"), join(ROOT, "dist", "extension.js")],
    {
      encoding: "utf8",
    },
  );
  const milliseconds = Number(child.stdout);
  if (child.status !== 0 || !(milliseconds > 0))
    throw new Error(`activation failed: ${child.stdout}${child.stderr}`);
  return milliseconds;
}
