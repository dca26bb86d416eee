import {
  CodeAction,
  CodeActionKind,
  CodeActionTriggerKind,
  l10n,
  languages,
  Uri,
  window,
  type CodeActionContext,
  type CodeActionProvider,
  type Disposable,
  type QuickPickItem,
  type Range,
  type TextDocument,
} from "vscode";
import { nameOf } from "../../base/path";
import type { GeneratedKind, Offer, Placed } from "../../service";
import type { ChangePreview } from "./change-preview";
import { fromPosition } from "./convert";
import { SELECTOR } from "./documents";
import type { Target } from "./server-panels";
import type { Session } from "./session";

export const GENERATE = "vllmK8s.generate";
export const GENERATE_KIND = CodeActionKind.Refactor.append("vllm-k8s.generate");

/** In the order of the list. */
const LABELS: Readonly<Record<GeneratedKind, readonly [label: string, detail: string]>> = {
  "scaled-object": [
    "ScaledObject",
    l10n.t("KEDA: requests in flight, KV cache and queue, paced by the cold start"),
  ],
  hpa: ["HorizontalPodAutoscaler", l10n.t("The same signals through prometheus-adapter, with its rules")],
  kserve: [l10n.t("KServe autoscaling"), l10n.t("The fields by which KServe makes the ScaledObject")],
  "production-stack": [
    l10n.t("production-stack keda values"),
    l10n.t("The fields by which the chart writes the ScaledObject"),
  ],
  "prometheus-rule": ["PrometheusRule", l10n.t("Alerts on preemptions, queue, KV cache and first token")],
  "pod-monitor": ["PodMonitor", l10n.t("Prometheus scrapes the pods")],
  "service-monitor": ["ServiceMonitor", l10n.t("Prometheus scrapes what the Service selects")],
};

interface Choice extends QuickPickItem {
  readonly generated: GeneratedKind;
}

/** Lets a person choose what to generate for a server, shows it as a change, and applies it when told to. */
export async function generateFor(
  session: Session,
  preview: ChangePreview,
  { path, server }: Target,
  given?: readonly GeneratedKind[],
): Promise<void> {
  const ask = <T>(otherwise: T, question: (scaling: ReturnType<Session["service"]["scaling"]>) => T): T =>
    session.ask("Generating failed", otherwise, (service) => question(service.scaling(path)));
  const offered = ask<readonly Offer[]>([], (scaling) => scaling.offers(server));
  const kinds = given ?? (await choose(offered));
  if (kinds.length === 0) return;
  const failed: Placed | { readonly problem: string } = {
    problem: l10n.t("The log of the extension says why it failed."),
  };
  const placed = ask(failed, (scaling) => scaling.placeGenerated(kinds, server));
  if ("problem" in placed) return void window.showInformationMessage(placed.problem);
  const applied = await preview.offer(l10n.t("Generated for {0}", nameOf(Uri.parse(path).path)), placed);
  const [first] = placed.created;
  if (applied && first) await window.showTextDocument(Uri.parse(first.path), { preview: false });
}

async function choose(offered: readonly Offer[]): Promise<readonly GeneratedKind[]> {
  const possible = offered.filter(({ problem }) => problem === undefined);
  if (possible.length === 0) {
    const reason = offered[0]?.problem ?? l10n.t("No vLLM server here.");
    void window.showInformationMessage(l10n.t("Nothing can be generated. {0}", reason));
    return [];
  }
  const items = possible.map(({ kind }): Choice => {
    const [label, detail] = LABELS[kind];
    return { label, detail, generated: kind };
  });
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    title: l10n.t("Generate for this server"),
    placeHolder: l10n.t("Names, ports, labels and thresholds are the workload's own"),
  });
  return (chosen ?? []).map(({ generated }) => generated);
}

export function registerGenerate(session: Session): Disposable {
  return languages.registerCodeActionsProvider(SELECTOR, new GenerateProvider(session), {
    providedCodeActionKinds: [GENERATE_KIND],
  });
}

class GenerateProvider implements CodeActionProvider {
  constructor(private readonly session: Session) {}

  /** Only when a person asks: no lamp beside every line of a manifest. */
  async provideCodeActions(
    document: TextDocument,
    range: Range,
    context: CodeActionContext,
  ): Promise<CodeAction[]> {
    const { only, triggerKind } = context;
    if (triggerKind !== CodeActionTriggerKind.Invoke || (only && !only.intersects(GENERATE_KIND))) return [];
    const path = await this.session.prepare(document);
    if (path === undefined) return [];
    const server = this.session.ask("Offering generators failed", undefined, (service) =>
      service.scaling(path).serverAt(fromPosition(range.start)),
    );
    if (server === undefined) return [];
    const title = l10n.t("Generate autoscaler, alerts or monitor…");
    const action = new CodeAction(title, GENERATE_KIND);
    action.command = { title, command: GENERATE, arguments: [path, server] };
    return [action];
  }
}
