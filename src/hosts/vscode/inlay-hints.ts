import {
  EventEmitter,
  InlayHint,
  l10n,
  languages,
  TextEdit,
  type Disposable,
  type Event,
  type TextDocument,
} from "vscode";
import type { InlayHint as Hint } from "../../features/inlay-hints/inlay-hints";
import { toPosition, toRange } from "./convert";
import { SELECTOR } from "./documents";
import type { Session } from "./session";
import { markdownWith, settingLink } from "./settings-links";

export function registerInlayHints(session: Session, onDidPublish: Event<TextDocument>): Disposable[] {
  const changed = new EventEmitter<void>();
  /** What the editor was last given, so that it asks anew only when that has changed. */
  const given = new WeakMap<TextDocument, string>();
  const hintsOf = async (document: TextDocument): Promise<readonly Hint[]> => {
    const path = await session.prepare(document);
    return path === undefined
      ? []
      : session.ask("Inlay hints failed", [], (service) => service.inlayHints(path));
  };
  const labels = (hints: readonly Hint[]): string =>
    hints.map(({ position, label }) => `${position.line} ${label}`).join("\n");
  const provider = languages.registerInlayHintsProvider(SELECTOR, {
    onDidChangeInlayHints: changed.event,
    async provideInlayHints(document, range) {
      const hints = await hintsOf(document);
      given.set(document, labels(hints));
      return hints.filter(({ position }) => range.contains(toPosition(position))).map(toInlayHint);
    },
  });
  const published = onDidPublish(async (document) => {
    const before = given.get(document);
    if (before !== undefined && before !== labels(await hintsOf(document))) changed.fire();
  });
  return [provider, published, changed];
}

function toInlayHint({ kind, position, label, tooltip, edits }: Hint): InlayHint {
  const hint = new InlayHint(toPosition(position), label);
  hint.paddingLeft = true;
  const where = settingLink(`vllmK8s.inlayHints.${kind}`);
  // The text is shown as it is: it may repeat words of the manifest.
  hint.tooltip = markdownWith("").appendText(tooltip);
  hint.tooltip.appendMarkdown(`\n\n[${l10n.t("Switch such hints off")}](${where})`);
  if (edits.length > 0)
    hint.textEdits = edits.map((edit) => TextEdit.replace(toRange(edit.range), edit.newText));
  return hint;
}
