import { Uri, type Diagnostic } from "vscode";

export const SOURCE = "vllm-k8s";
export const EXPLAIN_RULE = "vllmK8s.explainRule";

/** A link that opens a rule's page inside the editor. */
export function explainUri(rule: string): Uri {
  return Uri.from({ scheme: "command", path: EXPLAIN_RULE, query: JSON.stringify([rule]) });
}

/** The rule of one of our own diagnostics; undefined for all others. */
export function ruleOf({ source, code }: Diagnostic): string | undefined {
  const value = typeof code === "object" ? code.value : undefined;
  return source === SOURCE && typeof value === "string" ? value : undefined;
}
