import { fieldOf } from "../../kubernetes/containers";
import { knownText } from "../../kubernetes/known";
import { knownImage } from "../../vllm/image";
import type { VllmServer } from "../../vllm/model";
import { formatVersion, isAtLeast } from "../../vllm/version";
import { asSeq, scalarAt, spotOf, type YamlScalar, type YamlSeq } from "../../yaml/node";
import { removeItems } from "../../yaml/sequence-edit";
import { defineRule, type Fix, type Report } from "../define";

/** The release whose images begin with `vllm serve`; earlier ones begin with the API server's module. */
const SERVE_SINCE = "0.11.1";

export const entrypointMismatch = defineRule({
  id: "args/entrypoint-mismatch",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The arguments do not go with the program that the image starts.",
  why: `The official images start the server themselves: up to v0.11.0 with \`python3 -m vllm.entrypoints.openai.api_server\`, which knows no model without
\`--model\`, from v0.11.1 on with \`vllm serve\`, which takes the model as its first word. \`args\` are added behind that program, so \`serve\` there
becomes the model's name; \`command\` replaces it, so arguments alone there are run as a program. A model as first word was an error up to v0.9.2
and ignored up to v0.11.0: the default model was served in its place.`,
  sources: [
    "https://github.com/vllm-project/vllm/pull/25967",
    "docker/Dockerfile (ENTRYPOINT), release by release",
    "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
  ],
  check(server, report) {
    const { container, image } = server;
    // Operators and bases may say the command elsewhere.
    if (!container || !image || server.form !== "pod" || container.pod.managed || container.pod.partial)
      return;
    if (knownImage(image)?.starts !== "server" || knownImage(image)?.tags !== "release") return;
    const command = asSeq(fieldOf(container, "command"));
    const args = asSeq(fieldOf(container, "args"));
    if (command) return reportBareCommand(server, command, report);
    if (fieldOf(container, "command") !== undefined || !args) return;
    if (!reportRepeatedProgram(args, report)) reportIgnoredModel(server, args, report);
  },
});

/** `command: [--model, …]`: Kubernetes would run the first word as a program. */
function reportBareCommand(server: VllmServer, command: YamlSeq, report: Report): void {
  const first = firstWord(command);
  const entry = server.container?.node.entry("command");
  if (!first?.text.startsWith("--") || !entry || entry.value !== command) return;
  const hasArgs = server.container?.node.entry("args") !== undefined;
  report(spotOf(entry.key), {
    message: `\`command\` replaces the image's program, and \`${first.text}\` is none.`,
    advice: "Give the arguments as `args`.",
    fixes: hasArgs
      ? []
      : [{ title: "Rename to `args`", apply: (editor) => editor.replace(spotOf(entry.key), "args") }],
  });
}

/** `args: [serve, MODEL, …]` or `[vllm, serve, MODEL, …]` behind a program that is the same. */
function reportRepeatedProgram(args: YamlSeq, report: Report): boolean {
  const [first, second] = args.items;
  const words = [knownText(first), knownText(second)];
  const isWhole = words[0] === "vllm" && words[1] === "serve";
  if (!isWhole && words[0] !== "serve") return false;
  const last = isWhole ? second : first;
  if (first?.kind !== "scalar" || !last) return false;
  const word = isWhole ? "vllm serve" : "serve";
  report(spotOf(first), {
    message: `The image starts the server itself; \`${word}\` is taken for an argument of it.`,
    advice: `Take \`${word}\` out, or say the whole program in \`command\`.`,
    fixes: [{ title: `Remove \`${word}\``, apply: (editor) => removeItems(editor, args, first, last) }],
  });
  return true;
}

/** A model as first word, for an image that wants `--model`. */
function reportIgnoredModel(server: VllmServer, args: YamlSeq, report: Report): void {
  const { version, origin } = server.version;
  if (origin !== "tag" || isAtLeast(version, SERVE_SINCE)) return;
  const first = firstWord(args);
  if (!first || !/^[\w.-]+\/[\w.-]+$|^\/[\w./-]+$/.test(first.text) || server.engine.settings.has("--model"))
    return;
  const isError = !isAtLeast(version, "0.10.0");
  report(spotOf(first), {
    message: `vLLM ${formatVersion(version)} starts with the API server's module, which ${isError ? "refuses" : "ignores"} a model without \`--model\`.`,
    advice: isError
      ? "Write `--model` before it."
      : "Write `--model` before it: without it the default model is served.",
    fixes: modelFix(first),
  });
}

function modelFix(first: YamlScalar): readonly Fix[] {
  const value = `--model=${first.text}`;
  return [{ title: `Write \`${value}\``, apply: (editor) => editor.setScalar(first, value) }];
}

function firstWord(list: YamlSeq): YamlScalar | undefined {
  const [first] = list.items;
  return first && knownText(first) !== undefined ? scalarAt(first) : undefined;
}
