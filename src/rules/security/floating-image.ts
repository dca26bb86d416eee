import { knownImage } from "../../vllm/image";
import type { ServerImage } from "../../vllm/model";
import { formatVersion, NEWEST } from "../../vllm/version";
import { lineEndOf } from "../../yaml/format";
import { spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";

/** Tags that mean something else every day. */
const FLOATING = /^(latest|nightly|main|master|dev|edge|stable)$|^(latest|nightly)-(?!.*[0-9a-f]{40})/;

export const floatingImage = defineRule({
  id: "security/floating-image",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The image's tag means another vLLM every few weeks.",
  why: `vLLM removes and renames options and metrics in its minor releases, and changes defaults that decide whether a model fits. A pod that is
rescheduled onto another node pulls what the tag means then, so two replicas of one Deployment can run two versions, and a node that has the image cached a
third. Pin a release, or a digest. The checks here are exact only for a version that is known.`,
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/overview/#container-images",
    "https://docs.vllm.ai/en/latest/contributing/deprecation_policy.html",
  ],
  check(server, report, { view }) {
    const { image, pod, object } = server;
    if (!image || !pod || pod.partial || object.partial || !knownImage(image) || image.node.templated) return;
    const hasNoTag = image.tag === undefined && isPlain(image);
    if (image.digest !== undefined || (!hasNoTag && !FLOATING.test(image.tag ?? ""))) return;
    if (isReplaced(view) || /imagepolicy/.test(lineOf(image))) return;
    report(spotOf(image.node), {
      message: image.tag
        ? `Image tag \`${image.tag}\` means another vLLM with every release.`
        : `Image \`${image.text}\` has no tag: it is \`latest\`, another vLLM with every release.`,
      advice: "Pin the release that you tested.",
      fixes: pin(image),
    });
  },
});

/** A kustomization of the folder that sets images: the tag that counts may be written there. */
function isReplaced(view: View): boolean {
  return view.select((all) =>
    all.objects("Kustomization").some(({ node }) => node.get("images") !== undefined),
  );
}

/** Flux writes the tag anew where such a comment stands. */
function lineOf({ node: { doc, span } }: ServerImage): string {
  return doc.text.slice(span.start, lineEndOf(doc.text, span.end));
}

/** A name and nothing else: no tag that is a placeholder, no digest that cannot be read. */
function isPlain({ text }: ServerImage): boolean {
  return /^[\w.-]+(:\d+)?(\/[\w.-]+)+$/.test(text);
}

/** The published image's newest release that this project knows, which is what the floating tag meant last. */
function pin({ repository, text, tag, node }: ServerImage): readonly Fix[] {
  if (repository !== "vllm/vllm-openai" || (tag !== undefined && tag !== "latest")) return [];
  const name = tag === undefined ? text : text.slice(0, -tag.length - 1);
  const release = `v${formatVersion(NEWEST)}`;
  return [
    {
      title: `Pin the tag to \`${release}\``,
      apply: (editor) => editor.setScalar(node, `${name}:${release}`),
    },
  ];
}
