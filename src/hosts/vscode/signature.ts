import {
  languages,
  MarkdownString,
  ParameterInformation,
  SignatureHelp,
  SignatureInformation,
  type Disposable,
} from "vscode";
import type { Signature } from "../../features/completion/signature";
import { fromPosition } from "./convert";
import { SELECTOR } from "./documents";
import type { Session } from "./session";

/** The keys of an option's JSON while it is typed. */
export function registerSignatureHelp(session: Session): Disposable {
  return languages.registerSignatureHelpProvider(
    SELECTOR,
    {
      async provideSignatureHelp(document, position, token) {
        const path = await session.prepare(document);
        if (path === undefined || token.isCancellationRequested) return undefined;
        const signature = session.ask("Signature help failed", undefined, (service) =>
          service.signature(path, fromPosition(position)),
        );
        return signature && toHelp(signature);
      },
    },
    { triggerCharacters: ["{", '"', ":"], retriggerCharacters: [",", "}"] },
  );
}

function toHelp({ label, parameters, active }: Signature): SignatureHelp {
  const information = new SignatureInformation(label);
  information.parameters = parameters.map(
    ({ span, documentation }) =>
      new ParameterInformation([span.start, span.end], documentation && new MarkdownString(documentation)),
  );
  const help = new SignatureHelp();
  help.signatures = [information];
  help.activeSignature = 0;
  // Behind the last parameter none is marked.
  help.activeParameter = active ?? parameters.length;
  return help;
}
