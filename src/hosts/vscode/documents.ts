import { languages, workspace, type DocumentSelector, type TextDocument, type Uri } from "vscode";
import { CONFIG_FILE_NAME } from "../../features/settings/settings";
import { parentOf } from "../../base/path";

/** Grafana dashboards by the names that people give them: the extension is not started for JSON, and most of it is something else. */
export const DASHBOARDS = "**/{*dashboard*,dashboards/**/*}.json";

/** Every scheme: local, remote and virtual files, unsaved ones, live objects that another extension shows. */
export const SELECTOR: DocumentSelector = [
  { language: "yaml" },
  { language: "helm" },
  { language: "json", pattern: DASHBOARDS },
];

/** What these show is no longer to be changed, or not yet: findings in it would only fill the Problems view. */
const PAST_SCHEMES = new Set([
  "git",
  "gitlens",
  "svn",
  "hg",
  "timeline",
  "vscode-local-history",
  "vllm-k8s-proposal",
  "vllm-k8s-preview",
]);

export function isManifest(document: TextDocument): boolean {
  return languages.match(SELECTOR, document) > 0 && !isConfigFile(document.uri);
}

export function isConfigFile(uri: Uri): boolean {
  return uri.path.endsWith("/" + CONFIG_FILE_NAME);
}

export function isOfThePast(document: TextDocument): boolean {
  return PAST_SCHEMES.has(document.uri.scheme);
}

/** The service's name for a document. */
export function pathOf(document: TextDocument): string {
  return document.uri.toString();
}

/** The folder that a path lies in, as the service tells folders apart; empty for an unsaved file. */
export const folderOf = parentOf;

export function openManifests(folder?: string): readonly TextDocument[] {
  return workspace.textDocuments.filter(
    (document) => isManifest(document) && (folder === undefined || folderOf(pathOf(document)) === folder),
  );
}
