import { env, extensions, l10n, languages, UIKind, version, window, type ExtensionContext } from "vscode";
import { ruleOf } from "./findings";
import { folderOf, isManifest, pathOf } from "./documents";
import type { Session } from "./session";

/** Extensions that read the same files. */
const PEERS = [
  "redhat.vscode-yaml",
  "ms-kubernetes-tools.vscode-kubernetes-tools",
  "tim-koehler.helm-intellisense",
  "esbenp.prettier-vscode",
];

/** Puts on the clipboard what a bug report needs. No text of the person's files, no paths. */
export async function copyDebugInformation(context: ExtensionContext, session: Session): Promise<void> {
  const { version: own } = context.extension.packageJSON as { version: string };
  const lines = [
    `vLLM Kubernetes Tools ${own}`,
    `VS Code ${version}, ${env.uiKind === UIKind.Desktop ? "desktop" : "web"}, ${env.remoteName ?? "local"}`,
    `Beside it: ${peers().join(", ") || "none"}`,
    ...aboutFile(session),
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
    `Findings: ${found.join(", ") || "none"}`,
    ...servers.map(({ object, model, gpu, vllmVersion, fits }) => {
      return `Server: ${object.kind}, ${model.id ?? "model unknown"}, ${gpu.name ?? "GPU unknown"}, vLLM ${vllmVersion}, fits: ${fits}`;
    }),
    `Settings: ${JSON.stringify(session.settingsFor(path))}${session.configFiles.fileFor(folderOf(path)) ? " (with a .vllm-k8s.yaml)" : ""}`,
  ];
}

function statusOf(session: Session, path: string): string {
  return session.ask("The status failed", undefined, (service) => service.status(path)) ?? "not read";
}
