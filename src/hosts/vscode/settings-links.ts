import { commands, MarkdownString, type ExtensionContext } from "vscode";

export const OPEN_SETTINGS = "vllmK8s.openSettings";

/** Opens the settings at one of ours, or at all of them. Nothing but our own can be asked for: the name may come from a link. */
export async function openSettings(context: ExtensionContext, setting: unknown): Promise<void> {
  const isOurs = typeof setting === "string" && /^vllmK8s(\.\w+)+$/.test(setting);
  const query = isOurs ? `@id:${setting}*` : `@ext:${context.extension.id}`;
  await commands.executeCommand("workbench.action.openSettings", query);
}

/** The address of that command in Markdown that may run it. */
export function settingLink(setting: string): string {
  return `command:${OPEN_SETTINGS}?${encodeURIComponent(JSON.stringify([setting]))}`;
}

/** Markdown in which the name of one of our settings leads to it, and which may run these commands and no others. */
export function markdownWith(text: string, enabledCommands: readonly string[] = []): MarkdownString {
  const linked = text.replaceAll(/(?<![[`])`(vllmK8s(?:\.\w+)+)`/g, (name, setting: string) => {
    return `[${name}](${settingLink(setting)})`;
  });
  const markdown = new MarkdownString(linked);
  markdown.isTrusted = { enabledCommands: [...enabledCommands, OPEN_SETTINGS] };
  return markdown;
}
