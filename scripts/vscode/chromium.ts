import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, runCommand } from "./command";
import { SetupError } from "./failure";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
];
const fixedPlaces = [
  "/usr/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** A Chromium to drive. On a Debian machine where we are root it is installed when missing. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  const problem = canInstall() ? await installWithApt() : undefined;
  const installed = findChromium();
  if (installed) return installed;
  throw new SetupError(
    "No Chromium or Chrome was found; it shows the real VS Code that these tests drive.\n" +
      "Install one (Debian, Ubuntu: apt-get install chromium) or set CHROMIUM_PATH to its executable." +
      (problem ? `\nInstalling it from here failed:\n${problem}` : ""),
  );
}

function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new SetupError(`CHROMIUM_PATH is ${chosen}, which is not an executable file.`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...fixedPlaces].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall(): boolean {
  return existsSync("/etc/debian_version") && process.getuid?.() === 0;
}

/** Returns what went wrong, if anything. */
async function installWithApt(): Promise<string | undefined> {
  console.log("Chromium is missing: installing Debian's with apt-get (once, about a minute) ...");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const steps = [["update"], ["install", "-y", "--no-install-recommends", "chromium"]];
  for (const step of steps) {
    const result = await runCommand("apt-get", step, { env });
    if (result.code !== 0) return `apt-get ${step.join(" ")}\n${lastLines(result.output, 15)}`;
  }
  return undefined;
}
