import type { VariableEntry } from "../../data/variables";
import { formatVersion, isAtLeast, type VllmVersion } from "../../vllm/version";

/** What an environment variable means to a server. */
export function variableMarkdown(entry: VariableEntry, version: VllmVersion): string {
  const facts = [
    entry.default === undefined ? undefined : `Default: \`${entry.default}\``,
    entry.values === undefined
      ? undefined
      : `Values: ${entry.values.map((value) => `\`${value}\``).join(", ")}`,
    entry.secret ? "Belongs in a Secret" : undefined,
    entry.note,
  ].filter((fact) => fact !== undefined);
  const list = facts.map((fact) => `- ${fact}`).join("\n");
  const parts = [
    `**\`${entry.name}\`**`,
    entry.summary,
    list,
    `[Its page](${entry.docs ?? vllmDocs(version)})`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** vLLM's page of variables moved with v0.9.1 (vllm-project/vllm#18661) and lost its `.html` with v0.11.1 (#28058). */
function vllmDocs(version: VllmVersion): string {
  const base = `https://docs.vllm.ai/en/v${formatVersion(version)}`;
  if (isAtLeast(version, "0.11.1")) return `${base}/configuration/env_vars/`;
  if (isAtLeast(version, "0.9.1")) return `${base}/configuration/env_vars.html`;
  return isAtLeast(version, "0.7.0")
    ? `${base}/serving/env_vars.html`
    : "https://docs.vllm.ai/en/v0.7.0/serving/env_vars.html";
}
