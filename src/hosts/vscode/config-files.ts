import { Diagnostic, DiagnosticSeverity, languages, Uri, workspace, type Disposable } from "vscode";
import { readConfigFile } from "../../features/settings/config-file";
import { CONFIG_FILE_NAME, type Settings } from "../../features/settings/settings";
import { isWithin } from "../../base/path";
import { toRange } from "./convert";
import { readText } from "./files";
import { parentOf } from "../../base/path";

/** No person writes as many settings. */
const MAX_BYTES = 1_000_000;

interface ConfigFile {
  readonly uri: Uri;
  readonly text: string;
}

/** Finds the `.vllm-k8s.yaml` of a folder: its own or the nearest above it, up to the workspace's root. */
export class ConfigFiles implements Disposable {
  private readonly found = new Map<string, ConfigFile | undefined>();
  private readonly problems = languages.createDiagnosticCollection("vllm-k8s config");

  settingsFor(folder: string): Partial<Settings> | undefined {
    const file = this.found.get(folder);
    if (!file) return undefined;
    const { settings } = readConfigFile(file.text);
    const beside = Uri.joinPath(file.uri, "..");
    const models = Object.entries(settings.models ?? {}).map(([id, path]) => {
      return [id, Uri.joinPath(beside, path).toString()] as const;
    });
    // Whoever wrote the file chose the paths: one that leads out of the workspace is not followed.
    const root = (workspace.getWorkspaceFolder(file.uri)?.uri ?? beside).toString();
    return { ...settings, models: Object.fromEntries(models.filter(([, path]) => isWithin(path, root))) };
  }

  /** The file in force for a folder, for people who wonder. */
  fileFor(folder: string): Uri | undefined {
    return this.found.get(folder)?.uri;
  }

  /** Looks again; true when what is in force has changed. */
  async find(folder: string): Promise<boolean> {
    const before = this.found.get(folder);
    const now = await nearest(Uri.parse(folder + "/"));
    this.found.set(folder, now);
    if (now) this.check(now.uri, now.text);
    else if (before) this.problems.delete(before.uri);
    return before?.text !== now?.text || before?.uri.toString() !== now?.uri.toString();
  }

  /** Shows what is wrong in a config file, as it is on disk or being typed. */
  check(uri: Uri, text: string): void {
    const diagnostics = readConfigFile(text).problems.map(({ message, range }) => {
      const diagnostic = new Diagnostic(toRange(range), message, DiagnosticSeverity.Error);
      diagnostic.source = "vllm-k8s";
      return diagnostic;
    });
    this.problems.set(uri, diagnostics);
  }

  forget(folder: string): void {
    this.found.delete(folder);
  }

  dispose(): void {
    this.problems.dispose();
  }
}

/** All levels are asked at once: each answer may be a journey to a server, and most have no such file. */
async function nearest(folder: Uri): Promise<ConfigFile | undefined> {
  const root = workspace.getWorkspaceFolder(folder)?.uri ?? folder;
  const rootPath = root.path.replace(/\/+$/, "");
  const paths = [folder.path.replace(/\/+$/, "")];
  for (let path = paths[0] ?? ""; path.length > rootPath.length; paths.push(path)) path = parentOf(path);
  const uris = paths.map((path) => folder.with({ path: `${path}/${CONFIG_FILE_NAME}` }));
  const texts = await Promise.all(uris.map((uri) => readText(uri, MAX_BYTES)));
  const at = texts.findIndex((text) => text !== undefined);
  const [uri, text] = [uris[at], texts[at]];
  return uri && text !== undefined ? { uri, text } : undefined;
}
