import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from "vscode";
import type {
  Checklist,
  ChecklistEntry,
  ChecklistPlace,
  ChecklistStatus,
} from "../../features/checklist/checklist";
import { toRange } from "./convert";
import { nameOf } from "../../base/path";

export const FIX_PLACE = "vllmK8s.fixChecklistPlace";

type Section = Checklist["sections"][number];

/** A row of the tree. */
export type ChecklistNode =
  | { readonly kind: "section"; readonly section: Section }
  | { readonly kind: "entry"; readonly entry: ChecklistEntry }
  | { readonly kind: "place"; readonly place: ChecklistPlace; readonly entry: ChecklistEntry }
  | { readonly kind: "note"; readonly text: string; readonly icon: string };

export function childrenOf(node: ChecklistNode): readonly ChecklistNode[] {
  if (node.kind === "section") return node.section.entries.map((entry) => ({ kind: "entry", entry }));
  if (node.kind !== "entry") return [];
  const { entry } = node;
  const note = (text: string | undefined, icon: string): readonly ChecklistNode[] =>
    text === undefined ? [] : [{ kind: "note", text, icon }];
  return [
    ...entry.places.map((place) => ({ kind: "place", place, entry }) as const),
    ...note(entry.reason, "info"),
    ...note(entry.cluster && l10n.t("In the cluster: {0}", entry.cluster), "server-environment"),
    ...note(entry.people && l10n.t("For people: {0}", entry.people), "person"),
  ];
}

export function itemOf(node: ChecklistNode): TreeItem {
  if (node.kind === "section") return sectionItem(node.section);
  if (node.kind === "entry") return entryItem(node.entry);
  if (node.kind === "place") return placeItem(node.place, node.entry);
  const item = new TreeItem(node.text);
  item.iconPath = new ThemeIcon(node.icon);
  item.tooltip = node.text;
  return item;
}

function sectionItem({ title, entries }: Section): TreeItem {
  const fails = entries.filter(({ status }) => status === "fails").length;
  const item = new TreeItem(
    title,
    fails > 0 ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed,
  );
  item.id = title;
  const passes = entries.filter(({ status }) => status === "passes").length;
  item.description = fails > 0 ? l10n.t("{0} fail, {1} pass", fails, passes) : l10n.t("{0} pass", passes);
  return item;
}

const ICONS: Readonly<Record<ChecklistStatus, readonly [icon: string, colour: string | undefined]>> = {
  passes: ["pass", "testing.iconPassed"],
  fails: ["error", "testing.iconFailed"],
  unknown: ["question", undefined],
  cluster: ["server-environment", undefined],
  people: ["person", undefined],
};

function statusWord(status: ChecklistStatus): string {
  switch (status) {
    case "passes":
      return l10n.t("passes");
    case "fails":
      return l10n.t("fails");
    case "unknown":
      return l10n.t("unknown");
    case "cluster":
      return l10n.t("needs the cluster");
    case "people":
      return l10n.t("needs people");
  }
}

function entryItem(entry: ChecklistEntry): TreeItem {
  const { id, title, status, reason } = entry;
  const isOpen = status === "fails";
  const item = new TreeItem(
    title,
    childrenOf({ kind: "entry", entry }).length === 0
      ? TreeItemCollapsibleState.None
      : isOpen
        ? TreeItemCollapsibleState.Expanded
        : TreeItemCollapsibleState.Collapsed,
  );
  item.id = id;
  const [icon, colour] = ICONS[status];
  item.iconPath = new ThemeIcon(icon, colour === undefined ? undefined : new ThemeColor(colour));
  if (status !== "passes" && status !== "fails") item.description = statusWord(status);
  item.tooltip = `${id} ${title}: ${statusWord(status)}${reason === undefined ? "" : `. ${reason}`}`;
  item.accessibilityInformation = { label: `${title}, ${statusWord(status)}` };
  return item;
}

function placeItem(place: ChecklistPlace, entry: ChecklistEntry): TreeItem {
  const { path, range, message, advice, rule, fixable } = place;
  const uri = Uri.parse(path);
  const name = nameOf(path);
  const item = new TreeItem(plain(message));
  item.id = `${entry.id} ${path} ${range.start.line}:${range.start.character} ${rule}`;
  item.description = `${decodeURIComponent(name)}:${range.start.line + 1}`;
  item.tooltip = new MarkdownString(`${message}\n\n${advice}\n\n\`${rule}\``);
  item.iconPath = new ThemeIcon("go-to-file");
  item.contextValue = fixable ? "fixable" : "place";
  item.command = {
    title: l10n.t("Show the Place"),
    command: "vscode.open",
    arguments: [uri, { selection: toRange(range) }],
  };
  return item;
}

/** Labels of a tree know no Markdown. */
function plain(message: string): string {
  return message.replaceAll("`", "");
}
