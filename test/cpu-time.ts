import { readFileSync } from "node:fs";

/** Milliseconds of processor time that this process has used: what a limit on work is held against, however busy the machine is. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The same of the main thread alone, where the system tells it (Linux); else the wall clock, which a busy machine stretches. */
export function mainThreadTime(): number {
  try {
    const [nanoseconds] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
    return Number(nanoseconds) / 1e6;
  } catch {
    return performance.now();
  }
}
