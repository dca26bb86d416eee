import { Disposable, languages, Uri, workspace, type CancellationToken } from "vscode";
import type { Diagnostic } from "../../service";
import { toDiagnostic } from "./diagnostics";
import { DASHBOARDS, folderOf, isConfigFile, isManifest, openManifests, pathOf } from "./documents";
import { FolderLint } from "./folder-lint";
import type { Session } from "./session";
import { SECTION } from "./settings";

export interface LintWatcher {
  /** Files looked at, of all there are. */
  progress(done: number, all: number): void;
  found(uri: Uri, findings: readonly Diagnostic[]): void;
}

export interface LintOutcome {
  readonly files: number;
  readonly findings: number;
  readonly errors: number;
  readonly cancelled: boolean;
}

const MANIFESTS = "**/*.{yaml,yml}";
const NOT_OURS = "{**/node_modules/**,**/.*/**}";

/**
 * Findings of the manifests of a workspace that nobody has open. Open documents speak for themselves: their findings here go when they
 * are opened, and are worked out anew when they are closed.
 */
export class WorkspaceLint implements Disposable {
  private readonly collection = languages.createDiagnosticCollection("vllm-k8s workspace");
  /** The files whose findings are kept here. */
  private readonly covered = new Set<string>();
  private readonly subscriptions: Disposable;
  /** Counts runs: one that is no longer the last publishes nothing. */
  private run = 0;

  constructor(private readonly session: Session) {
    this.subscriptions = Disposable.from(
      workspace.onDidOpenTextDocument((document) => {
        if (isManifest(document)) this.collection.delete(document.uri);
      }),
      workspace.onDidCloseTextDocument((document) => void this.look(document.uri)),
      workspace.onDidDeleteFiles(({ files }) => this.forget(files)),
      workspace.onDidRenameFiles(({ files }) => this.forget(files.map(({ oldUri }) => oldUri))),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.clear();
      }),
    );
  }

  /** Looks at all manifests of the workspace, until the token says stop; what was found until then stays. */
  async lint(watcher: LintWatcher, token: CancellationToken): Promise<LintOutcome> {
    this.clear();
    const run = this.run;
    const stops = (): boolean => token.isCancellationRequested || run !== this.run;
    const found = await Promise.all(
      [MANIFESTS, DASHBOARDS].map((pattern) => workspace.findFiles(pattern, NOT_OURS, undefined, token)),
    );
    const uris = found.flat().filter((uri) => !isConfigFile(uri));
    const outcome = { files: 0, findings: 0, errors: 0 };
    const folders = new FolderLint(this.session);
    try {
      for (const [folder, own] of byFolder(uris)) {
        if (stops()) break;
        const inFolder = await folders.findingsIn(folder, own);
        if (stops()) break;
        for (const uri of own) this.covered.add(uri.toString());
        for (const [uri, findings] of inFolder) {
          this.publish(uri, findings);
          watcher.found(uri, findings);
          outcome.findings += findings.length;
          outcome.errors += findings.filter(({ severity }) => severity === "error").length;
        }
        outcome.files += own.length;
        watcher.progress(outcome.files, uris.length);
      }
    } finally {
      folders.dispose();
    }
    return { ...outcome, cancelled: stops() };
  }

  private publish(uri: Uri, findings: readonly Diagnostic[]): void {
    const isOpen = openManifests().some((document) => pathOf(document) === uri.toString());
    if (!isOpen) this.collection.set(uri, findings.map(toDiagnostic));
  }

  /** A file that was looked at before is closed: it may have been saved since. */
  private async look(uri: Uri): Promise<void> {
    if (!this.covered.has(uri.toString())) return;
    const run = this.run;
    const folders = new FolderLint(this.session);
    try {
      const found = await folders.findingsIn(folderOf(uri.toString()), [uri]);
      if (run === this.run) for (const [each, findings] of found) this.publish(each, findings);
    } catch (error) {
      this.session.log.error("Looking at a closed file failed", error);
    } finally {
      folders.dispose();
    }
  }

  private forget(uris: readonly Uri[]): void {
    for (const path of [...this.covered]) {
      if (!uris.some((uri) => path === uri.toString() || path.startsWith(`${uri.toString()}/`))) continue;
      this.covered.delete(path);
      this.collection.delete(Uri.parse(path));
    }
  }

  private clear(): void {
    this.run++;
    this.covered.clear();
    this.collection.clear();
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.collection.dispose();
  }
}

function byFolder(uris: readonly Uri[]): ReadonlyMap<string, readonly Uri[]> {
  const folders = new Map<string, Uri[]>();
  for (const uri of [...uris].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const folder = folderOf(uri.toString());
    const known = folders.get(folder);
    if (known) known.push(uri);
    else folders.set(folder, [uri]);
  }
  return folders;
}
