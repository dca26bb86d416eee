import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { sbom } from "./package/sbom";

/** Makes dist/release/: the .vsix, the same for the same commit, and its bill of materials. */
const root = resolve(__dirname, "..");
const MAX_BYTES = 1_500_000;

async function main(): Promise<void> {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const folder = join(root, "dist", "release");
  mkdirSync(folder, { recursive: true });
  process.env.SOURCE_DATE_EPOCH ??= commitTime();
  const vsix = join(folder, `${name}-${version}.vsix`);
  await createVSIX({ cwd: root, packagePath: vsix, dependencies: false });
  writeFileSync(join(folder, `${name}-${version}.cdx.json`), sbom(root));
  const bytes = readFileSync(vsix);
  const digest = createHash("sha256").update(bytes).digest("hex");
  console.log(`${vsix}: ${(bytes.length / 1000).toFixed(0)} kB, SHA-256 ${digest}`);
  if (bytes.length > MAX_BYTES) throw new Error(`The package is over ${MAX_BYTES / 1000} kB.`);
}

/** Seconds since 1970 of the commit that is packaged; the start of 2026 outside of a repository. */
function commitTime(): string {
  try {
    return execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "1767225600";
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
