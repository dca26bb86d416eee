import { l10n, Uri, window, workspace, type Disposable } from "vscode";
import { migrationTarget, NEWEST_TARGET, type Migration } from "../../features/migration/migrate";
import { migrationText } from "../../features/migration/migrate-text";
import { isManifest } from "./documents";
import type { Proposals } from "./proposals";
import type { Session } from "./session";
import { showMarkdownBehind } from "./show-markdown";

export const MIGRATE = "vllmK8s.migrate";

const SCHEME = "vllm-k8s-migration";

/** Moves the manifest in front to another release of vLLM: a diff to apply, and the list of what changes beside it. */
export class Migrations implements Disposable {
  private text = "";
  private readonly provider = workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: () => this.text,
  });

  constructor(
    private readonly session: Session,
    private readonly proposals: Proposals,
  ) {}

  async run(version: unknown): Promise<void> {
    const document = window.activeTextEditor?.document;
    const path = document && isManifest(document) ? await this.session.prepare(document) : undefined;
    if (path === undefined) return void window.showInformationMessage(l10n.t("No vLLM manifest is open."));
    const to = typeof version === "string" ? version : await chooseRelease();
    if (to === undefined) return;
    const migration = this.session.ask("Migrating failed", undefined, (service) => service.migrate(path, to));
    if (!migration || migration.servers.length === 0)
      return void window.showInformationMessage(l10n.t("No vLLM server here could be moved."));
    await this.show(path, migration);
  }

  private async show(path: string, migration: Migration): Promise<void> {
    this.text = migrationText(migration);
    if (migration.edits.length > 0)
      await this.proposals.show({
        path,
        edits: migration.edits,
        title: (name) => l10n.t("{0}: to vLLM {1}", name, migration.to),
        outdated: () =>
          void window.showInformationMessage(l10n.t("The manifest has changed meanwhile; migrate it again.")),
      });
    const page = Uri.from({ scheme: SCHEME, path: `/vLLM ${migration.to}.md`, query: String(Date.now()) });
    await showMarkdownBehind(page);
  }

  dispose(): void {
    this.provider.dispose();
  }
}

async function chooseRelease(): Promise<string | undefined> {
  return window.showInputBox({
    title: l10n.t("Migrate to which release of vLLM?"),
    value: NEWEST_TARGET,
    validateInput: (text) =>
      migrationTarget(text) ? undefined : l10n.t("A release like 0.11.0, up to {0}", NEWEST_TARGET),
  });
}
