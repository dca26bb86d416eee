import { canRemoveArgument, removeArgument } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import { defineRule, type Fix } from "../define";
import { addVariables, canAddVariable } from "../environment-edit";
import { secretName, secretStub } from "./secret-stub";
import { isStandIn } from "./stand-in";

const VARIABLE = "VLLM_API_KEY";

export const apiKeyInArgs = defineRule({
  id: "security/api-key-in-args",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The server's API key stands among its arguments.",
  why: `Whoever may read the pod, the manifest or the process list of the node reads the key, and it stays in the repository's history. vLLM takes
the key from \`VLLM_API_KEY\` as well, which a Secret can fill. Kubernetes replaces \`$(NAME)\` in arguments by a variable that may come from a Secret; that
keeps it out of the manifest, though not out of the process list. A key that was committed has to be replaced.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/security.html",
    "https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/",
  ],
  check(server, report) {
    const setting = server.engine.settings.get("--api-key");
    if (!setting?.text || setting.origin.kind !== "flag" || isStandIn(setting.text)) return;
    report(setting.valueAt, {
      message: "The API key stands in plain text among the arguments.",
      advice: `Take it from \`${VARIABLE}\`, filled by a Secret, and replace the key.`,
      fixes: secretFix(server, setting),
    });
  },
});

function secretFix(server: VllmServer, setting: Setting): readonly Fix[] {
  const { container, engine, object, form } = server;
  if (!container || form !== "pod" || engine.environment.has(VARIABLE) || !canAddVariable(container))
    return [];
  if (!canRemoveArgument(setting) || setting.valueAt.doc !== object.doc) return [];
  const secret = secretName(server, VARIABLE);
  const variable = { name: VARIABLE, valueFrom: { secretKeyRef: { name: secret, key: VARIABLE } } };
  return [
    {
      title: `Take the key from Secret \`${secret}\` through \`${VARIABLE}\``,
      apply(editor) {
        removeArgument(editor, setting);
        addVariables(editor, container, [variable]);
        editor.appendDocument(object.doc, secretStub(server, secret, VARIABLE));
      },
    },
  ];
}
