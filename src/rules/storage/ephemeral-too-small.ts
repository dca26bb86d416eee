import { fieldOf } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import { amountAt } from "../../kubernetes/quantity";
import { mountCovering, mountsAreOpen } from "../../kubernetes/volumes";
import { formatGib } from "../../sizing/format";
import { GIB } from "../../sizing/quantity";
import { scalarAt, spotOf, type YamlScalar } from "../../yaml/node";
import { defineRule } from "../define";
import { hubCacheDirectory, hubModel } from "../../vllm/hub-model";
import { writtenOut } from "../written-out";

/** What the fix gives, as a multiple of the weights: the tokenizer, a second revision, the compile cache. */
const ROOM = 1.3;

export const ephemeralTooSmall = defineRule({
  id: "storage/ephemeral-too-small",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "The weights are downloaded to where the pod may not store as much.",
  why: `A model from the Hub is written to the Hub client's cache before it is loaded. On the container's own layer that counts against
\`limits.ephemeral-storage\`, on an emptyDir against its \`sizeLimit\`; when the limit is passed the kubelet evicts the pod in the middle of the
download, and its successor begins anew. The finding compares the low end of the size of the weights with the limit.`,
  sources: [
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage",
    "https://github.com/GoogleCloudPlatform/kubernetes-engine-samples/issues/1581",
    "https://github.com/LMCache/LMCache/issues/1399",
  ],
  check(server, report, context) {
    const container = writtenOut(server)?.container;
    const model = hubModel(server);
    const cache = container && hubCacheDirectory(server, container);
    const size = context.plan(server).checkpoint;
    if (!container || model === undefined || cache === undefined || !size) return;
    const limit = limitOf(container, cache);
    if (!limit || limit.gib >= size.low) return;
    const wanted = Math.ceil(size.high * ROOM);
    report(spotOf(limit.node), {
      message: `\`${model}\` (${formatGib(size.value)}) is downloaded to \`${cache}\`, ${limit.text} ${formatGib(limit.gib)}.`,
      advice: `Allow \`${wanted}Gi\`, or keep the weights on a claim.`,
      fixes: [
        {
          title: `Set the limit to \`${wanted}Gi\``,
          apply: (editor) => editor.setScalar(limit.node, `${wanted}Gi`),
        },
      ],
    });
  },
});

interface Limit {
  readonly gib: number;
  readonly node: YamlScalar;
  readonly text: string;
}

function limitOf(container: Container, cache: string): Limit | undefined {
  if (mountsAreOpen(container)) return undefined;
  const mount = mountCovering(container, cache);
  if (mount === undefined) {
    const node = scalarAt(fieldOf(container, "resources"), "limits", "ephemeral-storage");
    return limit(node, "where the container may store");
  }
  const source = mount.volume?.source;
  return source?.kind === "emptyDir" ? limit(source.sizeLimit, "an emptyDir of") : undefined;
}

function limit(node: YamlScalar | undefined, text: string): Limit | undefined {
  const bytes = amountAt(node);
  return node === undefined || bytes === undefined || bytes <= 0
    ? undefined
    : { gib: bytes / GIB, node, text };
}
