import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { ClusterAccess } from "../../../../live/kubeconfig";
import { textField } from "../../../../live/shape";
import { Credentials } from "./credentials";
import { HttpsTransport } from "./https-transport";
import { kubectlMissing, KubectlTransport } from "./kubectl-transport";
import type { Transport } from "./transport";

/**
 * Our own client where it speaks all that the kubeconfig uses, else kubectl. A request over a kept connection takes 2 to 7 ms
 * and one through kubectl 100 ms and a process, so it is not the other way round (docs/live.md).
 */
export function transportFor(access: ClusterAccess, env: NodeJS.ProcessEnv, now: () => number): Transport {
  const credentials = new Credentials(access, now);
  const proxy = textField(access.clusterEntry.value, "proxy-url") ?? "";
  if (credentials.unsupported === undefined && (proxy === "" || /^https?:/.test(proxy)))
    return new HttpsTransport(access, credentials, now);
  const program = findOnPath("kubectl", env);
  if (program === undefined) throw kubectlMissing();
  return new KubectlTransport(program, access.context, env);
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((each) => join(folder, each))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not to be run by this person.
  }
}
