import {
  CodeLens,
  EventEmitter,
  l10n,
  languages,
  type Disposable,
  type Event,
  type TextDocument,
} from "vscode";
import { toRange } from "./convert";
import { SELECTOR } from "./documents";
import { SHOW_BREAKDOWN } from "./breakdown";
import { SIMULATE } from "./simulation";
import { READ_FROM_HUB } from "./hub";
import type { Session } from "./session";
import { WHAT_IF } from "./what-if";

const REMIND_MS = 1000;

/** One line above each server and each trigger. It stays where it is while its numbers change. */
export function registerLenses(session: Session, onDidPublish: Event<TextDocument>): Disposable[] {
  const changed = new EventEmitter<void>();
  /** What the editor was last given, so that it asks anew only when that has changed. */
  const given = new WeakMap<TextDocument, string>();
  const titles = async (document: TextDocument): Promise<readonly CodeLens[]> => {
    const path = await session.prepare(document);
    if (path === undefined) return [];
    const scaling = session
      .ask("Scaling lenses failed", [], (service) => service.scaling(path).lenses())
      .map(
        ({ title, range }) => new CodeLens(toRange(range), { title, command: SIMULATE, arguments: [path] }),
      );
    const sizing = session
      .ask("Lenses failed", [], (service) => service.lenses(path))
      .flatMap(({ title, range, server, unknownModel }) => {
        const at = toRange(range);
        const args = [path, server];
        const lens = new CodeLens(at, { title, command: SHOW_BREAKDOWN, arguments: args });
        const compare = new CodeLens(at, { title: l10n.t("What if"), command: WHAT_IF, arguments: args });
        if (unknownModel === undefined || !session.hub.offers(unknownModel)) return [lens, compare];
        const read = l10n.t("Read its config from the Hub");
        return [lens, new CodeLens(at, { title: read, command: READ_FROM_HUB, arguments: [unknownModel] })];
      });
    return [...sizing, ...scaling];
  };
  const provider = languages.registerCodeLensProvider(SELECTOR, {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      const lenses = await titles(document);
      given.set(document, JSON.stringify(lenses));
      return [...lenses];
    },
  });
  const reminded = new WeakSet<TextDocument>();
  const published = onDidPublish(async (document) => {
    if (!given.has(document)) return remind(document);
    if (given.get(document) !== JSON.stringify(await titles(document))) changed.fire();
  });
  /** An editor that is moved aside while it is about to ask for lenses does not ask any more, seen in VS Code 1.139. */
  const remind = (document: TextDocument): void => {
    if (reminded.has(document)) return;
    reminded.add(document);
    setTimeout(() => !given.has(document) && changed.fire(), REMIND_MS);
  };
  return [provider, published, changed];
}
