import { environmentOf } from "../../kubernetes/environment";
import { podMap } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import { asMap, numberAt, scalarAt, spotOf, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { addVariables, canAddVariable } from "../environment-edit";
import { writtenOut } from "../written-out";

/** The releases in which the crash was seen: from torch 2.11 on, and still in 0.25.1. */
const FIRST = "0.20";
const LAST_SEEN = "0.26";

/** Users that the image has: below these numbers the distribution's own, `vllm`, and `nobody`. */
const FIRST_FREE = 1000;
const IN_IMAGE = new Set([2000, 65534]);

export const arbitraryUid = defineRule({
  id: "security/arbitrary-uid",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The server runs as a user that its image does not have, and torch asks for the user's name.",
  why: `torch names its compile cache after the user. For a number that is not in the image's \`/etc/passwd\` and without \`USER\` in the environment
that question ends in "KeyError: getpwuid(): uid not found" while vLLM is imported, before it has read an argument. Such a user has no home
directory either: \`HOME\` is \`/\`, and the Hub's and vLLM's caches cannot be written. The official image has a user \`vllm\` with number 2000; with any
other number set \`USER\` and a \`HOME\` that can be written. It was reported for 0.20 to 0.25; on other versions, or where the version is not known, the
finding is a warning.`,
  sources: [
    "https://github.com/vllm-project/vllm/issues/44548",
    "https://github.com/ai-dynamo/dynamo/pull/12457",
    "https://github.com/llm-d/llm-d-benchmark/pull/1573",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    const user = whole && userOf(whole.container);
    if (!user || !hasPlainImage(server) || IN_IMAGE.has(user.id) || user.id < FIRST_FREE) return;
    const { version, origin } = server.version;
    const environment = environmentOf(whole.container);
    const known = [...environment.variables.keys()];
    if (!isAtLeast(version, FIRST) || environment.open || known.includes("USER") || known.includes("LOGNAME"))
      return;
    const isSeen = origin === "tag" && !isAtLeast(version, LAST_SEEN);
    report(spotOf(user.node), {
      message: `User \`${user.id}\` is not in the image; without \`USER\` torch finds no name for it and the import of vLLM fails.`,
      advice: "Set `USER` and a `HOME` that can be written, or run as the image's own user `2000`.",
      severity: isSeen ? "error" : "warning",
      fixes: variablesFix(whole.container, known),
    });
  },
});

/** The published image, whose users are known; a build of one's own may have any. */
function hasPlainImage({ image }: VllmServer): boolean {
  return image?.repository === "vllm/vllm-openai";
}

function userOf({ node, pod }: Container): { readonly id: number; readonly node: YamlScalar } | undefined {
  const own = asMap(node.get("securityContext"));
  const scalar = scalarAt(own, "runAsUser") ?? scalarAt(podMap(pod, "securityContext"), "runAsUser");
  const id = numberAt(scalar);
  return scalar === undefined || id === undefined ? undefined : { id, node: scalar };
}

function variablesFix(container: Container, known: readonly string[]): readonly Fix[] {
  if (!canAddVariable(container)) return [];
  const home = known.includes("HOME") ? [] : [{ name: "HOME", value: "/tmp" }];
  return [
    {
      title: home.length > 0 ? "Set `USER` to `vllm` and `HOME` to `/tmp`" : "Set `USER` to `vllm`",
      apply: (editor) => addVariables(editor, container, [{ name: "USER", value: "vllm" }, ...home]),
    },
  ];
}
