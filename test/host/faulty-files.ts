import * as vscode from "vscode";

type Reason = "vanished" | "forbidden" | "unavailable";

/** A file system that misbehaves as it is told to: slow, with files that vanish between two questions, loops, and no permission. */
export class FaultyFiles implements vscode.FileSystemProvider {
  static readonly scheme = "faulty";
  readonly files = new Map<string, Uint8Array>();
  /** Folders by the folder that a link of them leads to. */
  readonly links = new Map<string, string>();
  /** What happens when one of these is read; it is listed all the same. */
  readonly broken = new Map<string, Reason>();
  /** Folders that cannot be listed. */
  readonly closed = new Map<string, Reason>();
  delay = 0;
  asked = 0;
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;

  uri(path: string): vscode.Uri {
    return vscode.Uri.from({ scheme: FaultyFiles.scheme, path });
  }

  put(path: string, content: string | Uint8Array): vscode.Uri {
    this.files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri: this.uri(path) }]);
    return this.uri(path);
  }

  remove(path: string): void {
    this.files.delete(path);
    this.changes.fire([{ type: vscode.FileChangeType.Deleted, uri: this.uri(path) }]);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    await this.wait();
    const path = this.resolve(uri.path);
    const file = this.files.get(path);
    const times = { ctime: 0, mtime: this.asked, size: file?.length ?? 0 };
    if (file) return { type: vscode.FileType.File, ...times };
    if (this.entries(path).size > 0) return { type: vscode.FileType.Directory, ...times };
    throw vscode.FileSystemError.FileNotFound(uri);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    await this.wait();
    const path = this.resolve(uri.path.replace(/\/$/, ""));
    this.fail(this.closed.get(path), uri);
    return [...this.entries(path)];
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    await this.wait();
    const path = this.resolve(uri.path);
    this.fail(this.broken.get(path), uri);
    const file = this.files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.put(uri.path, content);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  private async wait(): Promise<void> {
    this.asked++;
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
  }

  private resolve(path: string): string {
    for (const [link, target] of this.links)
      if (path === link || path.startsWith(`${link}/`)) return this.resolve(target + path.slice(link.length));
    return path;
  }

  private entries(folder: string): Map<string, vscode.FileType> {
    const found = new Map<string, vscode.FileType>();
    for (const path of this.files.keys()) {
      if (!path.startsWith(`${folder}/`)) continue;
      const [name = "", ...rest] = path.slice(folder.length + 1).split("/");
      found.set(name, rest.length === 0 ? vscode.FileType.File : vscode.FileType.Directory);
    }
    for (const link of this.links.keys())
      if (link.slice(0, link.lastIndexOf("/")) === folder)
        found.set(link.slice(folder.length + 1), vscode.FileType.Directory | vscode.FileType.SymbolicLink);
    return found;
  }

  private fail(reason: Reason | undefined, uri: vscode.Uri): void {
    if (reason === "vanished") throw vscode.FileSystemError.FileNotFound(uri);
    if (reason === "forbidden") throw vscode.FileSystemError.NoPermissions(uri);
    if (reason === "unavailable") throw vscode.FileSystemError.Unavailable(uri);
  }
}
