import {
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
} from "vscode-languageserver";
import { readConfigFile } from "../../features/settings/config-file";
import { isConfigFile } from "../cli/input";
import { SOURCE, toDiagnostic } from "./convert";
import type { OpenDocuments } from "./documents";
import type { Session } from "./session";

/** After the last keystroke. */
const DEBOUNCE_MS = 150;

/** How the client gets its diagnostics: it asks for them, or waits for them. Both at once would show each twice. */
export interface Delivery {
  readonly isPulled: boolean;
  readonly canRefresh: boolean;
}

export class Diagnostics {
  private timer: NodeJS.Timeout | undefined;
  private readonly published = new Map<string, string>();
  private readonly reported = new Map<string, { readonly id: string; readonly shown: string }>();
  private reports = 0;

  constructor(
    private readonly connection: Connection,
    private readonly session: Session,
    private readonly documents: OpenDocuments,
    private readonly delivery: Delivery,
  ) {}

  /** A document was opened, changed or closed: it concerns all that have it in view. */
  schedule(delay = DEBOUNCE_MS): void {
    if (this.delivery.isPulled) return; // Clients ask again by themselves, for files depend on one another.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.publishAll(), delay);
  }

  /** Something on disk or the settings changed, of which a client that asks does not know. */
  invalidate(): void {
    if (!this.delivery.isPulled) this.schedule(0);
    else if (this.delivery.canRefresh) void this.connection.languages.diagnostics.refresh();
  }

  report(path: string, previous: string | undefined): DocumentDiagnosticReport {
    const items = this.of(path);
    const shown = JSON.stringify(items);
    const last = this.reported.get(path);
    if (last !== undefined && last.id === previous && last.shown === shown)
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.id };
    const id = String(++this.reports);
    this.reported.set(path, { id, shown });
    return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
  }

  closed(path: string): void {
    this.reported.delete(path);
    if (this.published.delete(path)) this.send(path, []);
    this.schedule();
  }

  private publishAll(): void {
    for (const path of this.documents.paths()) {
      const found = this.of(path);
      const shown = JSON.stringify(found);
      if (shown === this.published.get(path)) continue;
      this.published.set(path, shown);
      this.send(path, found);
    }
  }

  private send(path: string, diagnostics: Diagnostic[]): void {
    void this.connection.sendDiagnostics({ uri: this.documents.uriOf(path), diagnostics });
  }

  private of(path: string): Diagnostic[] {
    if (isConfigFile(path)) return configProblems(this.documents.textOf(path) ?? "");
    const findings = this.session.ask("Finding problems", path, [], (service) => service.diagnostics(path));
    return findings.map((finding) => toDiagnostic(finding, (other) => this.documents.uriOf(other)));
  }
}

function configProblems(text: string): Diagnostic[] {
  return readConfigFile(text).problems.map(({ message, range }) => ({
    message,
    range,
    severity: DiagnosticSeverity.Error,
    source: SOURCE,
  }));
}
