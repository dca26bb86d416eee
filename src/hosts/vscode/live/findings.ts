import { Diagnostic, DiagnosticSeverity, languages, Uri, type Disposable } from "vscode";
import { checkLive, type LiveFinding } from "../../../live/checks";
import { cleanText } from "../../../live/clean";
import type { LiveManifest, LiveServer } from "../../../live/manifest";
import { toRange } from "../convert";
import type { LiveSession } from "./session/live-session";

const SEVERITIES = {
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

function couldNotCheck({ at }: LiveServer, why: string): LiveFinding {
  const message = `Online rules: could not check everything in this cluster. ${sentence(why)}`;
  return { rule: "live/could-not-check", severity: "info", message, at };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/** Findings of the online rules, beside those of the text and marked as what they are. */
export class LiveFindings implements Disposable {
  private readonly collection = languages.createDiagnosticCollection("vllm-k8s-live");
  private published = "";
  /** For the panel. */
  texts: readonly string[] = [];

  constructor(
    private readonly live: LiveSession,
    private readonly manifest: () => LiveManifest | undefined,
  ) {}

  refresh(): void {
    const manifest = this.manifest();
    const { observations, phase, failure, liveServer } = this.live;
    const isOn = manifest && phase !== "off";
    const found = isOn && observations ? checkLive(manifest, this.live.server, observations) : [];
    // Once for all that could not be asked, and only until it can be.
    const why = observations?.unchecked ?? (observations ? undefined : failure?.message);
    const findings =
      isOn && liveServer && why !== undefined ? [...found, couldNotCheck(liveServer, why)] : found;
    this.texts = findings.map(({ message }) => cleanText(message.replaceAll("`", ""), 300));
    const text = JSON.stringify(findings);
    if (text === this.published) return;
    this.published = text;
    this.publish(findings);
  }

  private publish(findings: readonly LiveFinding[]): void {
    this.collection.clear();
    const byFile = new Map<string, Diagnostic[]>();
    for (const { rule, severity, message, at } of findings) {
      const diagnostic = new Diagnostic(toRange(at.range), cleanText(message, 400), SEVERITIES[severity]);
      diagnostic.source = "vLLM (online)";
      diagnostic.code = rule;
      byFile.set(at.path, [...(byFile.get(at.path) ?? []), diagnostic]);
    }
    for (const [path, diagnostics] of byFile) this.collection.set(Uri.parse(path), diagnostics);
  }

  dispose(): void {
    this.collection.dispose();
  }
}
