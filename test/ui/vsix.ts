import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { name, version } from "../../package.json";
import { onProcessEnd } from "../../scripts/vscode/cleanup";
import { detachedEnv } from "../../scripts/vscode/command";
import { ensureEmbeddedVsCode } from "../../scripts/vscode/install";
import { repoRoot } from "../../scripts/vscode/paths";

const vsix = join(repoRoot, "dist", "release", `${name}-${version}.vsix`);

let installing: Promise<string> | undefined;

/** Packages what was built and has the editor install it, once; resolves to the folder of its extensions. */
export function installedVsix(): Promise<string> {
  return (installing ??= install());
}

async function install(): Promise<string> {
  execFileSync(process.execPath, ["--import", "tsx", join(repoRoot, "scripts", "package.ts")], {
    cwd: repoRoot,
    stdio: "pipe",
  });
  const { node, serverMain } = await ensureEmbeddedVsCode();
  const folder = mkdtempSync(join(tmpdir(), "installed-vsix-"));
  onProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const where = ["--extensions-dir", folder, "--server-data-dir", join(folder, ".data")];
  const said = execFileSync(
    node,
    [serverMain, "--install-extension", vsix, ...where, "--accept-server-license-terms"],
    { env: { ...detachedEnv(), EXTENSIONS_GALLERY: "{}" }, encoding: "utf8" },
  );
  assert.match(said, /successfully installed/);
  return folder;
}
