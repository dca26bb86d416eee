import { env, l10n, languages, Uri, window, workspace, type ExtensionContext } from "vscode";
import { docsPath, docsUrl } from "../../rules/docs";
import { ruleOf } from "./findings";
import { showMarkdown } from "./show-markdown";

/** Opens the page that the extension carries; it needs no network. */
export async function explainRule(context: ExtensionContext, rule: unknown): Promise<void> {
  const chosen = typeof rule === "string" ? rule : await chooseRule(rulesOf(context));
  if (chosen === undefined) return;
  const page = Uri.joinPath(context.extensionUri, docsPath(chosen));
  if (/^[a-z]+\/[a-z0-9-]+$/.test(chosen) && (await exists(page))) {
    await showMarkdown(page);
  } else {
    await env.openExternal(Uri.parse(docsUrl(chosen)));
  }
}

interface RuleItem {
  readonly label: string;
  readonly detail: string;
}

/** The manifest lists every rule: each has a setting of its own. */
function rulesOf(context: ExtensionContext): readonly RuleItem[] {
  const { properties } = (context.extension.packageJSON as Manifest).contributes.configuration;
  const rules = properties["vllmK8s.rules"]?.properties ?? {};
  return Object.entries(rules)
    .filter(([id]) => id.includes("/"))
    .map(([id, { description, markdownDescription }]) => ({
      label: id,
      detail: description ?? markdownDescription ?? "",
    }));
}

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, SettingSchema>> };
  };
}

interface SettingSchema {
  readonly properties?: Readonly<
    Record<string, { readonly description?: string; readonly markdownDescription?: string }>
  >;
}

/** Rules with a finding under the cursor come first, then those of the file, then all others. */
async function chooseRule(all: readonly RuleItem[]): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  const found = editor ? languages.getDiagnostics(editor.document.uri) : [];
  const atCursor = found.filter(({ range }) => editor && range.intersection(editor.selection));
  const ranked = [...new Set([...atCursor, ...found].flatMap((diagnostic) => ruleOf(diagnostic) ?? []))];
  const rank = ({ label }: RuleItem): number =>
    ranked.includes(label) ? ranked.indexOf(label) : ranked.length;
  const items = [...all].sort((a, b) => rank(a) - rank(b));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t("Which rule?"),
    matchOnDetail: true,
  });
  return picked?.label;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
