import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LiveFailure } from "../../../../live/failure";
import type { ClusterAccess, NamedEntry } from "../../../../live/kubeconfig";
import type { Dict } from "../../../../base/record";
import { listField, recordField, textField } from "../../../../live/shape";
import { runExecPlugin, type PluginCredential } from "./exec-plugin";

/** What a request to the API server has to carry. Lives in this process only. */
export interface RequestCredentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** A token file is written anew by who rotates it. */
const TOKEN_FILE_LIVES_MS = 60_000;
/** A credential is renewed a little before its end: clocks differ. */
const EXPIRES_EARLY_MS = 30_000;

/** The person's own credentials from the kubeconfig, fetched when needed and kept no longer than they last. */
export class Credentials {
  private plugin: PluginCredential | undefined;
  private running: Promise<PluginCredential> | undefined;
  private tokenFile: { readonly text: string; readonly readAt: number } | undefined;
  private readonly user: Dict;

  constructor(
    private readonly access: ClusterAccess,
    private readonly now: () => number,
  ) {
    this.user = access.userEntry?.value ?? {};
  }

  /** The name of a feature that is left to kubectl; undefined when there is none. */
  get unsupported(): string | undefined {
    if (this.user["auth-provider"] !== undefined) return "auth-provider";
    return undefined;
  }

  /** True when asking again may give another credential than the one that was refused. */
  get canRenew(): boolean {
    return this.user.exec !== undefined || textField(this.user, "tokenFile") !== undefined;
  }

  /** Drops what was refused. Of many refused requests the first has fetched another by then, and that one stays. */
  forget({ headers, cert }: RequestCredentials): void {
    const { token, cert: own } = this.plugin ?? {};
    const isCurrent = token === undefined ? cert === own : headers.authorization === `Bearer ${token}`;
    if (isCurrent) this.plugin = undefined;
    this.tokenFile = undefined;
  }

  async get(signal: AbortSignal): Promise<RequestCredentials> {
    const [cert, key] = await Promise.all([
      pemOf(this.access.userEntry, "client-certificate"),
      pemOf(this.access.userEntry, "client-key"),
    ]);
    const plugin = this.user.exec === undefined ? undefined : await this.fromPlugin(signal);
    const token = plugin?.token ?? (await this.token());
    return {
      headers: { ...impersonation(this.user), ...authorization(token, this.user) },
      cert: plugin?.cert ?? cert,
      key: plugin?.key ?? key,
    };
  }

  private async token(): Promise<string | undefined> {
    const path = textField(this.user, "tokenFile");
    if (path === undefined) return textField(this.user, "token");
    if (!this.tokenFile || this.now() - this.tokenFile.readAt > TOKEN_FILE_LIVES_MS) {
      const text = await readNamed(this.access.userEntry, path, "token file");
      this.tokenFile = { text: text.trim(), readAt: this.now() };
    }
    return this.tokenFile.text;
  }

  /** However many requests ask, the plug-in runs once: it may open a browser. */
  private async fromPlugin(signal: AbortSignal): Promise<PluginCredential> {
    const { expires } = this.plugin ?? {};
    if (this.plugin && (expires === undefined || expires - EXPIRES_EARLY_MS > this.now())) return this.plugin;
    this.running ??= runExecPlugin(this.access, recordField(this.user, "exec"), signal).finally(() => {
      this.running = undefined;
    });
    this.plugin = await this.running;
    return this.plugin;
  }
}

function authorization(token: string | undefined, user: Dict): Record<string, string> {
  if (token !== undefined && token !== "") return { authorization: `Bearer ${token}` };
  const [name, password] = [textField(user, "username"), textField(user, "password")];
  if (name === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` };
}

function impersonation(user: Dict): Record<string, string | readonly string[]> {
  const name = textField(user, "as");
  const groups = listField(user, "as-groups").filter((each): each is string => typeof each === "string");
  const uid = textField(user, "as-uid");
  const extra = Object.keys(recordField(user, "as-user-extra")).map((key) => {
    const values = listField(user, "as-user-extra", key).map(String);
    return [`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`, values] as const;
  });
  return {
    ...(name === undefined ? {} : { "impersonate-user": name }),
    ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
    ...(uid === undefined ? {} : { "impersonate-uid": uid }),
    ...Object.fromEntries(extra),
  };
}

/** A certificate or key: the text in the entry, else the file that it names. */
export async function pemOf(entry: NamedEntry | undefined, field: string): Promise<string | undefined> {
  const data = textField(entry?.value, `${field}-data`);
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  const path = textField(entry?.value, field);
  return path === undefined || path === "" ? undefined : readNamed(entry, path, field);
}

async function readNamed(entry: NamedEntry | undefined, path: string, what: string): Promise<string> {
  try {
    return await readFile(resolve(dirname(entry?.file ?? ""), path), "utf8");
  } catch {
    throw new LiveFailure(
      "kubeconfig",
      "kubeconfig",
      `The ${what} that the kubeconfig names cannot be read.`,
    );
  }
}
