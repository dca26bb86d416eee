import {
  commands,
  Disposable,
  EventEmitter,
  l10n,
  ProgressLocation,
  Uri,
  window,
  workspace,
  type ExtensionContext,
} from "vscode";
import { isForHub } from "../../features/workspace/model-places";
import type { Environment } from "../../service";
import { HubClient, PUBLIC_HUB, type HubModel } from "../hub/client";
import { HubFailure } from "../hub/failure";
import { decode, encode, filesOf, reasonAgainst, recordName } from "../hub/record";
import { fetchTransport } from "../hub/transport";
import { SECTION, textSetting } from "./settings";

export const READ_FROM_HUB = "vllmK8s.readFromHub";

const AGREED = "hub.agreed";
const TOKEN = "hub.token";

type ModelFiles = ReturnType<NonNullable<Environment["modelFiles"]>>;
type Mode = "never" | "ask" | "always";

/**
 * Models of the Hugging Face Hub: nothing is asked for until the person has agreed, in Restricted Mode never. What was read is
 * kept in the extension's storage and not asked for again.
 */
export class HubModels implements Disposable {
  private readonly known = new Map<string, ModelFiles>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly found = new EventEmitter<void>();
  private readonly subscriptions: Disposable;

  /** The answer about some model has become another. */
  readonly onDidFind = this.found.event;

  constructor(private readonly context: ExtensionContext) {
    this.subscriptions = Disposable.from(
      commands.registerCommand(READ_FROM_HUB, (id: unknown) => this.readNow(id)),
      commands.registerCommand("vllmK8s.setHubToken", () => this.setToken()),
      workspace.onDidChangeConfiguration(async (event) => {
        if (!event.affectsConfiguration(`${SECTION}.hub`)) return;
        // To say never takes back what was agreed to.
        if (mode() === "never") await context.globalState.update(AGREED, undefined);
        this.known.clear();
        this.found.fire();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.found.fire()),
    );
  }

  lookUp(id: string): ModelFiles {
    return this.mayAsk() ? this.known.get(id) : undefined;
  }

  /** Nobody nearer knows the model: it is read once the person has agreed. */
  want(id: string): void {
    if (this.mayAsk() && isForHub(id) && !this.known.has(id)) void this.read(id, true);
  }

  /** True when reading a model is worth proposing. */
  offers(id: string): boolean {
    if (!workspace.isTrusted || mode() === "never" || !isForHub(id)) return false;
    const known = this.known.get(id);
    return known === undefined || "problem" in known;
  }

  private mayAsk(): boolean {
    if (!workspace.isTrusted) return false;
    return mode() === "always" || (mode() === "ask" && this.context.globalState.get(AGREED) === true);
  }

  /** The command: on a lens it brings the model; from the palette it asks for one. */
  private async readNow(given: unknown): Promise<void> {
    if (!workspace.isTrusted) {
      void window.showWarningMessage(l10n.t("In Restricted Mode nothing is read from the Hub."));
      return;
    }
    const id = typeof given === "string" ? given : await askForModel();
    if (id === undefined || !isForHub(id) || !(await this.agree(id))) return;
    this.known.delete(id);
    await this.read(id, false);
    const files = this.known.get(id);
    if (files && "problem" in files) void window.showWarningMessage(files.problem);
  }

  private async agree(id: string): Promise<boolean> {
    if (this.mayAsk()) return true;
    const host = hostOf(endpoint());
    const read = l10n.t("Read");
    const detail = l10n.t(
      "{0} learns the name {1} and, if you have set one, your token. From then on the models that a manifest names and nothing here knows are read there by themselves: config.json and the sizes of the weight files. The setting `vllmK8s.hub.enable` takes this back.",
      host,
      id,
    );
    const title = l10n.t("Read the configuration of models from {0}?", host);
    if ((await window.showInformationMessage(title, { modal: true, detail }, read)) !== read) return false;
    if (mode() === "never") await workspace.getConfiguration(SECTION).update("hub.enable", "ask", true);
    await this.context.globalState.update(AGREED, true);
    return true;
  }

  private read(id: string, keptWillDo: boolean): Promise<void> {
    const running = this.underWay.get(id);
    if (running) return running;
    const done = this.fetch(id, keptWillDo).finally(() => this.underWay.delete(id));
    this.underWay.set(id, done);
    return done;
  }

  private async fetch(id: string, keptWillDo: boolean): Promise<void> {
    try {
      const kept = keptWillDo ? await this.kept(id) : undefined;
      this.known.set(id, filesOf(kept ?? (await this.fromHub(id))));
    } catch (error) {
      const message = error instanceof HubFailure ? error.message : l10n.t("The Hub could not be read.");
      this.known.set(id, { problem: message });
    }
    this.found.fire();
  }

  private async fromHub(id: string): Promise<HubModel> {
    const client = new HubClient({
      endpoint: endpoint(),
      token: (await this.context.secrets.get(TOKEN)) ?? environment("HF_TOKEN"),
      transport: fetchTransport,
    });
    const model = await window.withProgress(
      { location: ProgressLocation.Window, title: l10n.t("Reading {0} from {1}", id, client.host) },
      () => client.read(id),
    );
    const reason = reasonAgainst(id, model);
    if (reason !== undefined) throw new HubFailure(reason);
    await this.keep(id, model);
    return model;
  }

  private fileOf(id: string): Uri {
    return Uri.joinPath(this.context.globalStorageUri, "hub", recordName(endpoint(), id));
  }

  private async kept(id: string): Promise<HubModel | undefined> {
    try {
      return decode(id, new TextDecoder().decode(await workspace.fs.readFile(this.fileOf(id))));
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all; without storage the Hub is only asked again another time. */
  private async keep(id: string, model: HubModel): Promise<void> {
    const file = this.fileOf(id);
    const part = file.with({ path: `${file.path}.part` });
    try {
      await workspace.fs.writeFile(part, new TextEncoder().encode(encode(id, model)));
      await workspace.fs.rename(part, file, { overwrite: true });
    } catch {
      return;
    }
  }

  private async setToken(): Promise<void> {
    const token = await window.showInputBox({
      title: l10n.t("Hugging Face token"),
      prompt: l10n.t(
        "Kept in the editor's secret storage and sent to {0} alone. Leave empty to remove it.",
        hostOf(endpoint()),
      ),
      password: true,
      ignoreFocusOut: true,
    });
    if (token === undefined) return;
    if (token.trim() === "") await this.context.secrets.delete(TOKEN);
    else await this.context.secrets.store(TOKEN, token.trim());
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.found.dispose();
  }
}

function askForModel(): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t("Read a model's config from the Hub"),
    placeHolder: "organisation/model",
    validateInput: (text) =>
      isForHub(text) ? undefined : l10n.t("The name of a model on the Hub that the catalogue does not hold."),
  });
}

/** Set for the machine only, so that no workspace can switch it on. */
function mode(): Mode {
  const value = workspace.getConfiguration(SECTION).get<string>("hub.enable");
  return value === "never" || value === "always" ? value : "ask";
}

function endpoint(): string {
  const set = textSetting(workspace.getConfiguration(SECTION), "hub.endpoint");
  const chosen = set || environment("HF_ENDPOINT") || PUBLIC_HUB;
  return URL.canParse(chosen) ? chosen : PUBLIC_HUB;
}

function hostOf(address: string): string {
  return new URL(address).host;
}

/** The environment of the extension host; there is none on the web. */
function environment(name: string): string | undefined {
  const host = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return host.process?.env?.[name] || undefined;
}
