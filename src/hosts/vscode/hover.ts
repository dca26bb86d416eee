import { Hover, l10n, languages, type Disposable } from "vscode";
import { fromPosition, toRange } from "./convert";
import { SELECTOR } from "./documents";
import { SHOW_BREAKDOWN } from "./breakdown";
import type { Session } from "./session";
import { markdownWith } from "./settings-links";
import { WHAT_IF } from "./what-if";

/** Meanings, metrics in a query, the memory card. Other extensions' hovers stand beside it, so it begins with a heading of its own. */
export function registerHover(session: Session): Disposable {
  return languages.registerHoverProvider(SELECTOR, {
    async provideHover(document, position, token) {
      const path = await session.prepare(document);
      if (path === undefined || token.isCancellationRequested) return undefined;
      const hover = session.ask("A hover failed", undefined, (service) =>
        service.hover(path, fromPosition(position)),
      );
      if (!hover) return undefined;
      if (hover.server === undefined) return new Hover(markdownWith(hover.markdown), toRange(hover.range));
      const args = encodeURIComponent(JSON.stringify([path, hover.server]));
      const links = [
        `[${l10n.t("Full breakdown")}](command:${SHOW_BREAKDOWN}?${args})`,
        `[${l10n.t("What if")}](command:${WHAT_IF}?${args})`,
      ];
      const text = `${hover.markdown}\n\n${links.join(" · ")}`;
      return new Hover(markdownWith(text, [SHOW_BREAKDOWN, WHAT_IF]), toRange(hover.range));
    },
  });
}
