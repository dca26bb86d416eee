import { commands, env, l10n, Uri, window, workspace, type TextDocument } from "vscode";
import type { Comparison } from "../../features/calibration/calibrate";
import { CONFIG_FILE_NAME } from "../../features/settings/settings";
import { withCalibration } from "../../features/calibration/calibration-file";
import { calibrateMessage, type CalibrateMessage } from "../../webview/calibrate-messages";
import { folderOf, isManifest } from "./documents";
import type { Open, ServerPanelKind, ServerPanels, Target } from "./server-panels";

export const CALIBRATE = "vllmK8s.calibrate";

/** What vLLM printed beside the plan; the view is the log's text. */
export const calibratePanels: ServerPanelKind<Comparison, CalibrateMessage, string> = {
  page: "calibrate",
  title: ({ title }) => l10n.t("Log and plan: {0}", title),
  ask: (service, { path, server }, log) => service.compareWithLog(path, server, log ?? ""),
  parse: calibrateMessage,
  receive: (_, open) => keep(open),
};

/** Asks where the log is, and shows it beside the plan of a server. */
export class Calibrate {
  constructor(private readonly panels: ServerPanels<Comparison, CalibrateMessage, string>) {}

  /** Asks for a log, unless what it would say is known from the running server. */
  async show(target: Target, known?: string): Promise<void> {
    const log = known ?? (await askForLog());
    if (log !== undefined) await this.panels.show(target, log);
  }
}

/** Over this much text no start-up can be. */
const LARGEST_BYTES = 64_000_000;

async function askForLog(): Promise<string | undefined> {
  const open = workspace.textDocuments.filter(
    (document) => !isManifest(document) && ["plaintext", "log"].includes(document.languageId),
  );
  const choices = [
    { label: l10n.t("The clipboard"), read: () => Promise.resolve(env.clipboard.readText()) },
    ...open.map((document: TextDocument) => ({
      label: document.fileName.split(/[\\/]/).pop() ?? document.fileName,
      read: () => Promise.resolve(document.getText()),
    })),
    { label: l10n.t("A file ..."), read: readChosenFile },
  ];
  const picked = await window.showQuickPick(choices, {
    placeHolder: l10n.t("Where is what vLLM printed while it started?"),
  });
  return picked?.read();
}

async function readChosenFile(): Promise<string | undefined> {
  const [uri] = (await window.showOpenDialog({ canSelectMany: false })) ?? [];
  if (!uri) return undefined;
  const { size } = await workspace.fs.stat(uri);
  if (size > LARGEST_BYTES) {
    void window.showWarningMessage(l10n.t("vLLM: that file is too large for a start-up log."));
    return undefined;
  }
  return new TextDecoder().decode(await workspace.fs.readFile(uri));
}

/** Writes the difference into the workspace file, and shows it there. */
async function keep(open: Open<Comparison, string>): Promise<void> {
  const { path, session } = open;
  const { calibration, key } = open.state;
  if (!calibration) return;
  const uri = configFor(path, session.configFiles.fileFor(folderOf(path)));
  if (!uri) return open.notice(l10n.t("Save the manifest first: what is kept goes into a file beside it."));
  const before = await textOf(uri);
  const text = withCalibration(before, key, calibration);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await session.revisit(folderOf(path), 0);
  open.notice(l10n.t("Kept in {0}.", CONFIG_FILE_NAME));
  await commands.executeCommand("vscode.open", uri, { preview: true, preserveFocus: true });
}

/** The file in force, else a new one at the top of the workspace, else beside the manifest. */
function configFor(path: string, inForce: Uri | undefined): Uri | undefined {
  if (inForce) return inForce;
  const uri = Uri.parse(path);
  if (uri.scheme === "untitled") return undefined;
  const folder = workspace.getWorkspaceFolder(uri)?.uri ?? Uri.joinPath(uri, "..");
  return Uri.joinPath(folder, CONFIG_FILE_NAME);
}

async function textOf(uri: Uri): Promise<string> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty) await open.save();
  try {
    return new TextDecoder().decode(await workspace.fs.readFile(uri));
  } catch {
    return "";
  }
}
