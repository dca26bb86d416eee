import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { LiveFailure, type FailureCode } from "../../../../live/failure";
import type { ClusterAccess } from "../../../../live/kubeconfig";
import { isRecord, type Dict } from "../../../../base/record";
import { listField, recordField, textField } from "../../../../live/shape";

/** What a credential plug-in gave, until when. */
export interface PluginCredential {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; undefined when it lasts. */
  readonly expires: number | undefined;
}

const PATIENCE_MS = 60_000;
const MOST_OUTPUT = 1_000_000;

/**
 * Runs a plug-in of the kubeconfig as kubectl does (https://kubernetes.io/docs/reference/access-authn-authz/authentication/).
 * What it writes to stderr may hold secrets and is thrown away.
 */
export async function runExecPlugin(
  access: ClusterAccess,
  exec: Dict,
  signal: AbortSignal,
): Promise<PluginCredential> {
  const command = textField(exec, "command") ?? "";
  const file = access.userEntry?.file ?? "";
  const program = /[\\/]/.test(command) ? resolve(dirname(file), command) : command;
  const args = listField(exec, "args").filter((each): each is string => typeof each === "string");
  if (textField(exec, "interactiveMode") === "Always")
    throw failed("plugin-failed", command, "needs a terminal");
  const env = {
    ...process.env,
    ...environmentOf(exec),
    KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(access, exec)),
  };
  return readCredential(await outputOf(program, args, { command, env, signal }), command);
}

function environmentOf(exec: Dict): Record<string, string> {
  const pairs = listField(exec, "env").flatMap((each): [string, string][] => {
    const name = textField(each, "name");
    return name === undefined ? [] : [[name, textField(each, "value") ?? ""]];
  });
  return Object.fromEntries(pairs);
}

function execInfo(access: ClusterAccess, exec: Dict): Dict {
  const cluster = access.clusterEntry.value;
  const info = {
    server: access.server,
    "tls-server-name": textField(cluster, "tls-server-name"),
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] === true ? true : undefined,
    "certificate-authority-data": textField(cluster, "certificate-authority-data"),
  };
  return {
    apiVersion: textField(exec, "apiVersion") ?? "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec.provideClusterInfo === true ? { cluster: info } : {}) },
  };
}

function outputOf(
  program: string,
  args: readonly string[],
  { command, env, signal }: { command: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      signal,
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    });
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(failed("plugin-timeout", command, `did not answer in ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (output.length > MOST_OUTPUT) {
        child.kill("SIGKILL");
        reject(failed("plugin-answer", command, "printed more than a credential"));
      }
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.name === "AbortError") reject(failed("cancelled", command, "was cancelled"));
      else reject(missing(error.code, command));
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else
        reject(
          failed(
            "plugin-failed",
            command,
            `ended with code ${code ?? "none"}; run it in a terminal to see why`,
          ),
        );
    });
  });
}

function missing(code: string | undefined, command: string): LiveFailure {
  return code === "EACCES"
    ? failed("plugin-failed", command, "may not be run")
    : failed("plugin-missing", command, "is not installed or not on the PATH of VS Code");
}

function failed(code: FailureCode, command: string, what: string): LiveFailure {
  return new LiveFailure(
    "credentials",
    code,
    `The kubeconfig's credential plug-in ${baseName(command)} ${what}.`,
  );
}

/** A path may say more of a person than a message should. */
function baseName(command: string): string {
  return command.split(/[\\/]/).at(-1)?.slice(0, 60) ?? "";
}

function readCredential(output: string, command: string): PluginCredential {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    throw failed("plugin-answer", command, "printed something else than a credential");
  }
  const status = recordField(value, "status");
  const [token, cert, key] = ["token", "clientCertificateData", "clientKeyData"].map((name) =>
    textField(status, name),
  );
  if (!isRecord(value) || (token === undefined && (cert === undefined || key === undefined)))
    throw failed("plugin-answer", command, "gave neither a token nor a certificate");
  const expires = Date.parse(textField(status, "expirationTimestamp") ?? "");
  return { token, cert, key, expires: Number.isNaN(expires) ? undefined : expires };
}
