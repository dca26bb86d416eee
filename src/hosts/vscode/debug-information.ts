import {
  env,
  extensions,
  l10n,
  languages,
  UIKind,
  version,
  window,
  workspace,
  type ExtensionContext,
} from "vscode";
import { ruleOf } from "./findings";
import { folderOf, isManifest, pathOf } from "./documents";
import type { Session } from "./session";
import { SECTION, textSetting } from "./settings";

/** Extensions that read the same files. */
const PEERS = [
  "redhat.vscode-yaml",
  "ms-kubernetes-tools.vscode-kubernetes-tools",
  "tim-koehler.helm-intellisense",
  "esbenp.prettier-vscode",
];

/** Settings whose values are places or names of the person's own: only whether they are set is told. */
const PRIVATE = ["live.prometheusUrl", "hub.endpoint"];

/** Puts on the clipboard what a bug report needs: versions and counts, no text of the person's files, no paths, no addresses. */
export async function copyDebugInformation(context: ExtensionContext, session: Session): Promise<void> {
  const { version: own } = context.extension.packageJSON as { version: string };
  const lines = [
    `vLLM Kubernetes Tools ${own}`,
    `VS Code ${version}, ${env.uiKind === UIKind.Desktop ? "desktop" : "web"}, ${env.remoteName ?? "local"}`,
    `Beside it: ${peers().join(", ") || "none"}`,
    ...aboutFile(session),
    ...aboutSettings(session),
  ];
  await env.clipboard.writeText(lines.join("\n") + "\n");
  window.setStatusBarMessage(l10n.t("vLLM: debug information copied"), 4000);
}

function peers(): readonly string[] {
  return PEERS.flatMap((id) => {
    const peer = extensions.getExtension(id);
    return peer ? `${id} ${(peer.packageJSON as { version: string }).version}` : [];
  });
}

function aboutFile(session: Session): readonly string[] {
  const document = window.activeTextEditor?.document;
  if (!document || !isManifest(document)) return ["Active file: none of ours"];
  const path = pathOf(document);
  const found = languages.getDiagnostics(document.uri).flatMap((diagnostic) => ruleOf(diagnostic) ?? []);
  const servers = session.ask("Sizing failed", [], (service) => service.sizes(path));
  return [
    `Active file: ${document.languageId}, ${document.lineCount} lines, ${document.uri.scheme}, ${statusOf(session, path)}`,
    `Findings: ${counted(found) || "none"}`,
    ...servers.map(({ object, model, gpu, vllmVersion, fits }) => {
      const known = [model.id ? "model named" : "model unknown", gpu.name ? `${gpu.count ?? "?"} x ${gpu.name}` : "GPU unknown"];
      return `Server: ${object.kind}, ${known.join(", ")}, vLLM ${vllmVersion}, fits: ${fits}`;
    }), // prettier-ignore
  ];
}

/** What was chosen, for the file in front; tables of the person's own names only as counts. */
function aboutSettings(session: Session): readonly string[] {
  const document = window.activeTextEditor?.document;
  const path = document ? pathOf(document) : "";
  const { models, calibrations, ...rest } = session.settingsFor(path);
  const section = workspace.getConfiguration(SECTION);
  const set = PRIVATE.map(
    (name) => `${name} ${textSetting(section, name) === undefined ? "not set" : "set"}`,
  );
  return [
    `Settings: ${JSON.stringify(rest)}${session.configFiles.fileFor(folderOf(path)) ? " (with a .vllm-k8s.yaml)" : ""}`,
    `models: ${Object.keys(models).length}, calibrations: ${Object.keys(calibrations ?? {}).length}, ${set.join(", ")}`,
  ];
}

function counted(rules: readonly string[]): string {
  return [...new Set(rules)]
    .map((rule) => `${rule} ${rules.filter((each) => each === rule).length}`)
    .join(", ");
}

function statusOf(session: Session, path: string): string {
  return session.ask("The status failed", undefined, (service) => service.status(path)) ?? "not read";
}
