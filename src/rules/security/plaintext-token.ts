import type { EnvironmentVariable, VllmServer } from "../../vllm/model";
import type { YamlEditor } from "../../yaml/edit";
import { contentEnd, formatBlock, indentOf } from "../../yaml/format";
import { asScalar, spotOf, textAt, type YamlMap, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { placeOfVariable } from "../places";
import { secretName, secretStub } from "./secret-stub";
import { isStandIn } from "./stand-in";

const TOKENS: ReadonlySet<string> = new Set([
  "HF_TOKEN",
  "HUGGING_FACE_HUB_TOKEN",
  "HUGGINGFACE_HUB_TOKEN",
  "VLLM_API_KEY",
  "AWS_SECRET_ACCESS_KEY",
]);

const HUB_TOKEN = /^hf_[A-Za-z0-9]{20,}$/;

export const plaintextToken = defineRule({
  id: "security/plaintext-token",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "A token stands in the manifest as plain text.",
  why: `What is in a manifest is in the repository's history, in the output of \`kubectl describe\` and with everybody who may read pods. A
Hub token opens the account's private and gated models, an API key the server. Keep it in a Secret and refer to it; a token that
was committed once has to be revoked, taking it out of the file is not enough.`,
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/secret/",
    "https://docs.vllm.ai/en/latest/usage/security.html",
    "https://github.com/vllm-project/production-stack/issues/14",
  ],
  check(server, report) {
    for (const [name, variable] of server.engine.environment) {
      if (!TOKENS.has(name)) continue;
      if (variable.node.kind === "scalar") reportElsewhere(server, variable, report);
      if (variable.node.kind !== "map") continue;
      const value = asScalar(variable.node.get("value"));
      const text = value && textAt(value);
      if (!value || !text || isStandIn(text)) continue;
      const isHubToken = HUB_TOKEN.test(text);
      report(spotOf(value), {
        message: `\`${name}\` is ${isHubToken ? "a Hub token" : "a secret"} in plain text.`,
        advice: "Put it into a Secret and refer to that; revoke the one that is written here.",
        severity: isHubToken ? "error" : "warning",
        fixes: secretFix(server, name, variable.node, value),
      });
    }
  },
});

/** A Hub token that a script exports or a ConfigMap holds; only its own form makes it certain there. */
function reportElsewhere(server: VllmServer, variable: EnvironmentVariable, report: Report): void {
  const { name, value, at } = variable;
  if (!HUB_TOKEN.test(value ?? "")) return;
  const isHere = at.doc === server.object.doc;
  report(placeOfVariable(server, variable), {
    message: `\`${name}\` is a Hub token in plain text${isHere ? "" : ", in a ConfigMap"}.`,
    advice: "Put it into a Secret and refer to that; revoke the one that is written here.",
    related: isHere ? [] : [{ at, message: "The token" }],
  });
}

/** The value becomes a reference to a Secret, which is added as a stub: the token itself is not copied. */
function secretFix(server: VllmServer, name: string, item: YamlMap, value: YamlScalar): readonly Fix[] {
  const entry = item.entry("value");
  if (!entry || entry.value !== value || item.flow || value.doc !== server.object.doc) return [];
  const secret = secretName(server, name);
  const reference = { secretKeyRef: { name: secret, key: name } };
  return [
    {
      title: `Take \`${name}\` from Secret \`${secret}\``,
      apply(editor: YamlEditor) {
        const text = formatBlock("valueFrom", reference, indentOf(item)).trim();
        const at = { doc: item.doc, span: { start: entry.key.span.start, end: contentEnd(value) } };
        editor.replace(at, text);
        editor.appendDocument(server.object.doc, secretStub(server, secret, name));
      },
    },
  ];
}
