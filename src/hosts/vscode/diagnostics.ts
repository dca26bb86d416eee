import {
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticTag,
  Disposable,
  EventEmitter,
  languages,
  Location,
  Uri,
  workspace,
  type TextDocument,
} from "vscode";
import type { Diagnostic as Finding } from "../../service";
import { toRange, toSeverity } from "./convert";
import { folderOf, isManifest, isOfThePast, openManifests, pathOf } from "./documents";
import { explainUri, SOURCE } from "./findings";
import type { Session } from "./session";

/** After the last keystroke. */
const DEBOUNCE_MS = 200;

/** Publishes findings for the open documents. An edit concerns all that have its folder in view. */
export class DiagnosticsPublisher implements Disposable {
  private readonly collection = languages.createDiagnosticCollection(SOURCE);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What stands in the Problems view, so that an unchanged list is not sent again. */
  private readonly published = new Map<string, string>();
  private readonly didPublish = new EventEmitter<TextDocument>();
  private readonly subscriptions: Disposable;

  /** A document was looked at; all that is shown of it may be asked for anew. */
  readonly onDidPublish = this.didPublish.event;

  constructor(private readonly session: Session) {
    this.subscriptions = Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Saving and undoing to the saved text are told as changes too.
        if (contentChanges.length > 0) this.schedule(document, DEBOUNCE_MS);
      }),
      workspace.onDidCloseTextDocument((document) => this.closed(document)),
      session.onDidChange((folder) => this.scheduleAll(folder)),
    );
    this.scheduleAll();
  }

  private scheduleAll(folder?: string): void {
    for (const document of openManifests(folder)) this.schedule(document, 0);
  }

  private schedule(document: TextDocument, delay: number): void {
    if (!isManifest(document)) return;
    const folder = folderOf(pathOf(document));
    clearTimeout(this.timers.get(folder));
    this.timers.set(
      folder,
      setTimeout(() => {
        this.timers.delete(folder);
        for (const open of openManifests().filter((each) => this.concerns(each, folder)))
          void this.publish(open);
      }, delay),
    );
  }

  private concerns(document: TextDocument, folder: string): boolean {
    const path = pathOf(document);
    return folderOf(path) === folder || this.session.service.isInView(path, folder);
  }

  private async publish(document: TextDocument): Promise<void> {
    const path = await this.session.prepare(document);
    const findings =
      path === undefined || isOfThePast(document)
        ? []
        : this.session.ask("Finding problems failed", [], (service) => service.diagnostics(path));
    const shown = JSON.stringify(findings);
    const key = pathOf(document);
    if (shown !== (this.published.get(key) ?? "[]")) {
      this.published.set(key, shown);
      this.collection.set(document.uri, findings.map(toDiagnostic));
    }
    this.didPublish.fire(document);
  }

  private closed(document: TextDocument): void {
    if (!isManifest(document)) return;
    this.collection.delete(document.uri);
    this.published.delete(pathOf(document));
    this.session.closed(document);
    this.scheduleAll(folderOf(pathOf(document)));
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.subscriptions.dispose();
    this.didPublish.dispose();
    this.collection.dispose();
  }
}

export function toDiagnostic(finding: Finding): Diagnostic {
  // The first line is what the Problems view shows of a folded row; what to do about it follows.
  const message = `${finding.message}\n${finding.advice}`;
  const diagnostic = new Diagnostic(toRange(finding.range), message, toSeverity(finding.severity));
  diagnostic.source = SOURCE;
  diagnostic.code = { value: finding.rule, target: explainUri(finding.rule) };
  diagnostic.relatedInformation = finding.related.map(
    ({ path, range, message }) =>
      new DiagnosticRelatedInformation(new Location(Uri.parse(path), toRange(range)), message),
  );
  if (finding.rule.endsWith("-inert")) diagnostic.tags = [DiagnosticTag.Unnecessary];
  return diagnostic;
}
