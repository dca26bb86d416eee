import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/**
 * `npm run bench`: the numbers this project promises, measured now on this machine; fails when a ceiling is broken. The code under test is
 * bundled as it ships: what a TypeScript loader adds would be counted for us and not for the parser we compare with.
 */
async function main(): Promise<number> {
  const root = resolve(__dirname, "..");
  const folder = mkdtempSync(join(tmpdir(), "vllm-k8s-bench-"));
  try {
    const outfile = join(folder, "bench.js");
    await build({
      absWorkingDir: root,
      entryPoints: ["test/bench/main.ts"],
      outfile,
      bundle: true,
      minify: true,
      platform: "node",
      target: "node20",
      logLevel: "warning",
    });
    return spawnSync(process.execPath, [outfile], { cwd: root, stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then((code) => (process.exitCode = code));
