import {
  commands,
  Disposable,
  EventEmitter,
  l10n,
  Uri,
  window,
  workspace,
  type Event,
  type TextDocument,
  type TreeDataProvider,
  type TreeItem,
} from "vscode";
import type { Checklist } from "../../features/checklist/checklist";
import { childrenOf, FIX_PLACE, itemOf, type ChecklistNode } from "./checklist-tree";
import { toWorkspaceEdit } from "./convert";
import { folderOf, isManifest, pathOf } from "./documents";
import type { Session } from "./session";
import { nameOf } from "../../base/path";

const VIEW = "vllmK8s.checklist";
/** The view is there once a manifest for vLLM was opened. */
const FOUND = "vllmK8s.found";

/** The production checklist of the folder that a person last looked at, as a view in the Explorer. */
export class ChecklistView implements TreeDataProvider<ChecklistNode>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = window.createTreeView(VIEW, { treeDataProvider: this });
  private readonly subscriptions: Disposable;
  /** A manifest of the folder. */
  private path: string | undefined;
  private checklist: Checklist | undefined;
  /** The same and its folder, as JSON. */
  private written: string | undefined;

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
  ) {
    this.subscriptions = Disposable.from(
      onDidPublish((document) => this.follow(document)),
      window.onDidChangeActiveTextEditor((editor) => editor && this.follow(editor.document)),
      this.view.onDidChangeVisibility(() => this.refresh()),
      commands.registerCommand("vllmK8s.showChecklist", () => this.show()),
      commands.registerCommand(FIX_PLACE, (node: unknown) => this.fix(node)),
    );
  }

  /** The active manifest's folder; one that was opened in the background only when there is no other. */
  private follow(document: TextDocument): void {
    if (!isManifest(document)) return;
    const path = pathOf(document);
    const isActive = document === window.activeTextEditor?.document;
    const isShown = this.path !== undefined && folderOf(this.path) === folderOf(path);
    if (!isActive && !isShown && this.path !== undefined) return;
    if (!this.session.ask("The checklist failed", false, (service) => service.concernsVllm(path))) return;
    this.path = path;
    void commands.executeCommand("setContext", FOUND, true);
    this.refresh();
  }

  /** Nothing is worked out while the view is closed. */
  private refresh(): void {
    if (!this.view.visible) return;
    const { path } = this;
    const checklist =
      path === undefined
        ? undefined
        : this.session.ask("The checklist failed", undefined, (service) => service.checklist(path, "folder"));
    // Rows drawn anew take no click at that moment, so they are left alone while they say the same.
    const written = checklist && JSON.stringify([folderOf(path ?? ""), checklist]);
    if (written !== undefined && written === this.written) return;
    this.written = written;
    this.checklist = checklist;
    const fails = this.checklist?.counts.fails ?? 0;
    const passes = this.checklist?.counts.passes ?? 0;
    this.view.description =
      path === undefined || !this.checklist
        ? ""
        : `${folderNameOf(path)} · ${l10n.t("{0} fail, {1} pass", fails, passes)}`;
    this.view.message = this.checklist ? "" : l10n.t("No vLLM server in this folder.");
    this.changed.fire();
  }

  private async show(): Promise<void> {
    const document = window.activeTextEditor?.document;
    if (document && isManifest(document) && (await this.session.prepare(document)) !== undefined)
      this.follow(document);
    await commands.executeCommand(`${VIEW}.focus`);
    this.refresh();
  }

  getTreeItem(node: ChecklistNode): TreeItem {
    return itemOf(node);
  }

  getChildren(node?: ChecklistNode): ChecklistNode[] {
    if (node) return [...childrenOf(node)];
    return (this.checklist?.sections ?? []).map((section) => ({ kind: "section", section }));
  }

  /** The first fix of the finding behind a row. */
  private async fix(node: unknown): Promise<void> {
    const place = placeOf(node);
    if (!place) return;
    const document = await workspace.openTextDocument(Uri.parse(place.path));
    await this.session.prepare(document);
    const found = this.session.ask("Fixing failed", undefined, (service) =>
      service
        .fixes(place.path, place.range)
        .find(
          ({ rule, range }) => rule === place.rule && JSON.stringify(range) === JSON.stringify(place.range),
        ),
    );
    if (!found) return;
    await workspace.applyEdit(toWorkspaceEdit(found.edits));
    await window.showTextDocument(document, { preserveFocus: true });
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}

/** The place that a command was called with: a row of the tree, or nothing when called from elsewhere. */
function placeOf(node: unknown): Extract<ChecklistNode, { kind: "place" }>["place"] | undefined {
  if (typeof node !== "object" || node === null || !("kind" in node) || node.kind !== "place")
    return undefined;
  return (node as Extract<ChecklistNode, { kind: "place" }>).place;
}

function folderNameOf(path: string): string {
  return decodeURIComponent(nameOf(folderOf(path)));
}
