import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubeconfigFile } from "../../../../live/kubeconfig";

/** The files that kubectl would read: those of KUBECONFIG, else the one in the home folder. */
export function kubeconfigPaths(env: NodeJS.ProcessEnv): readonly string[] {
  const listed = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? [...new Set(listed)] : [join(homedir(), ".kube", "config")];
}

export function readKubeconfigs(paths: readonly string[]): Promise<readonly KubeconfigFile[]> {
  return Promise.all(paths.map(async (path) => ({ path, text: await textOf(path) })));
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // Its being there and not readable is a fault to tell of; text that is no YAML leads to the same words.
    return "{";
  }
}

/** Changes when a file does, is replaced, or goes. */
export async function signatureOf(paths: readonly string[]): Promise<string> {
  const parts = paths.map(async (path) => {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      return `${mtimeMs}:${size}:${ino}`;
    } catch {
      return "none"; // A file that goes away is a change as well.
    }
  });
  return (await Promise.all(parts)).join("|");
}
