import {
  Disposable,
  l10n,
  languages,
  LanguageStatusSeverity,
  window,
  type Event,
  type LanguageStatusItem,
  type TextDocument,
} from "vscode";
import { isConfigFile, isManifest } from "./documents";
import type { Session } from "./session";

/** What is known of the file in front: in the language status, and only for files that concern vLLM. */
export class StatusItem implements Disposable {
  private item: LanguageStatusItem | undefined;
  private readonly subscriptions: Disposable;

  constructor(
    private readonly session: Session,
    onDidPublish: Event<TextDocument>,
  ) {
    this.subscriptions = Disposable.from(
      onDidPublish((document) => {
        if (document === window.activeTextEditor?.document) void this.update(document);
      }),
      window.onDidChangeActiveTextEditor((editor) => void this.update(editor?.document)),
    );
  }

  private async update(document: TextDocument | undefined): Promise<void> {
    const shown = document && isManifest(document) ? await this.describe(document) : undefined;
    if (document !== window.activeTextEditor?.document) return;
    if (!shown || !document || isConfigFile(document.uri)) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    this.item ??= languages.createLanguageStatusItem("vllm-k8s.status", { language: "yaml" });
    this.item.selector = { scheme: document.uri.scheme, language: document.languageId };
    this.item.name = "vLLM Kubernetes Tools";
    this.item.text = shown.text;
    this.item.detail = shown.detail;
    this.item.severity = shown.paused ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
    this.item.command = shown.paused
      ? undefined
      : { title: l10n.t("Show problems"), command: "workbench.actions.view.problems" };
  }

  private async describe(
    document: TextDocument,
  ): Promise<{ text: string; detail: string; paused: boolean } | undefined> {
    const path = await this.session.prepare(document);
    // A file that is left alone gives its folder no sign of vLLM, so it is asked about by name.
    const asked = path ?? document.uri.toString();
    return this.session.ask("The status failed", undefined, (service) => {
      const status = this.session.isEnabled(document) ? service.status(asked) : undefined;
      const name = "vLLM Kubernetes Tools";
      if (status === "too-large")
        return { text: l10n.t("vLLM: paused, the file is too large"), detail: name, paused: true };
      if (status === "conflict") {
        return {
          text: l10n.t("vLLM: paused until the merge conflict is resolved"),
          detail: name,
          paused: true,
        };
      }
      if (status !== "analysed") return undefined;
      const findings = service.diagnostics(asked).length;
      const servers = service.sizes(asked);
      const versions = new Set(servers.map(({ vllmVersion }) => vllmVersion));
      const gpus = new Set(servers.map(({ gpu }) => gpu.name ?? l10n.t("GPU unknown")));
      const count = findings === 1 ? l10n.t("1 finding") : l10n.t("{0} findings", findings);
      return {
        text: [count, ...[...versions].map((version) => `vLLM ${version}`), ...gpus].join(" · "),
        detail: name,
        paused: false,
      };
    });
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.item?.dispose();
  }
}
