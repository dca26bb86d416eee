import { defineRule } from "../define";
import { hubModel } from "../../vllm/hub-model";

const TRUST = "--trust-remote-code";

export const trustRemoteCode = defineRule({
  id: "security/trust-remote-code",
  severity: "hint",
  fix: "none",
  subject: "server",
  summary: "Python code of a Hub repository runs in the server, whatever is there today.",
  why: `\`--trust-remote-code\` downloads Python files of the model's repository and runs them, with the server's token, network and GPU. Without a revision
it is whatever the repository holds at the next start: whoever can push there can run code in the cluster. \`--revision\` and \`--code-revision\` with a
commit hash pin what was looked at. Many models that once needed the flag are now built into vLLM, which then does not run
their code.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/security.html",
    "https://huggingface.co/docs/transformers/custom_models",
  ],
  check(server, report) {
    const { engine } = server;
    const setting = engine.settings.get(TRUST);
    const trusts = engine.enabled(TRUST);
    const model = hubModel(server);
    if (!setting || !trusts.known || !trusts.value || model === undefined) return;
    if (!engine.absent("--revision") || !engine.absent("--code-revision")) return;
    report(setting.flagAt, {
      message: `\`${TRUST}\` runs the code that \`${model}\` holds at the time of each start.`,
      advice:
        "Pin it with `--revision` and `--code-revision` and a commit hash, or leave the flag out if vLLM has the model built in.",
    });
  },
});
