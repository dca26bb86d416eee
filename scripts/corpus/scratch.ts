import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A temporary folder that goes with the process, whatever ends it. What a killed one left behind is removed by the next: its number is part of
 * the name.
 */
export function scratchFolder(name: string, under = tmpdir()): string {
  for (const other of readdirSync(under)) {
    const owner = new RegExp(`^${name}-(\\d+)-`).exec(other)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(under, other), { recursive: true });
  }
  const folder = mkdtempSync(join(under, `${name}-${process.pid}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be asked.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
