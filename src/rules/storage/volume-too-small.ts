import type { Container } from "../../kubernetes/model";
import { amountAt } from "../../kubernetes/quantity";
import { mountCovering } from "../../kubernetes/volumes";
import { formatGib } from "../../sizing/format";
import { GIB } from "../../sizing/quantity";
import type { VllmServer } from "../../vllm/model";
import { asSeq, at, mapAt, scalarAt, spotOf, textAt, type YamlMap } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Severity } from "../define";
import { hubCacheDirectory, hubModel } from "../../vllm/hub-model";
import { placeOfModel } from "../places";
import { findClaim } from "./claims";

/** What the claim should hold, as a multiple of the weights: a second revision, locks, the compile cache. */
const ROOM = 1.3;

/** Shared file systems that take the size of a claim as a note. */
const UNLIMITED = /efs|nfs|azure-?file|lustre|fsx|ceph-?fs|juicefs|weka|gcs|s3|blob|hostpath|local/i;

export const volumeTooSmall = defineRule({
  id: "storage/volume-too-small",
  severity: "warning",
  fix: "none",
  subject: "server",
  summary: "The claim that the weights are downloaded to is smaller than they are.",
  why: `A model from the Hub is written to the cache on the claim before it is loaded. When the volume is full the download ends with "No space left on
device", and every restart tries again. vLLM's own example chart asks for 1 GiB. Block volumes are as large as the claim says; shared file systems
such as EFS or NFS often do not look at the size, so there the finding is for information. A claim can be made larger when its storage
class allows it, and never smaller.`,
  sources: [
    "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims",
    "https://github.com/vllm-project/vllm/blob/main/examples/deployment/chart-helm/values.yaml",
    "https://github.com/LMCache/LMCache/issues/1399",
  ],
  check(server, report, context) {
    const { container } = server;
    const model = hubModel(server);
    const size = context.plan(server).checkpoint;
    const cache = container && hubCacheDirectory(server, container);
    if (!container || model === undefined || cache === undefined || !size) return;
    const claim = claimAt(server, container, cache, context.view);
    const node = scalarAt(claim?.spec, "resources", "requests", "storage");
    const bytes = amountAt(node);
    if (!claim || !node || bytes === undefined || bytes / GIB >= size.low) return;
    report(claim.isOwn ? spotOf(node) : placeOfModel(server), {
      message: `\`${model}\` (${formatGib(size.value)}) is downloaded to a claim of ${formatGib(bytes / GIB)}.`,
      advice: `Ask for \`${Math.ceil(size.high * ROOM)}Gi\`.`,
      severity: severityFor(claim.spec),
      related: claim.isOwn ? [] : [{ at: spotOf(node), message: "The size of the claim" }],
    });
  },
});

interface Claim {
  readonly spec: YamlMap;
  /** Written in the server's own object, as a StatefulSet's template. */
  readonly isOwn: boolean;
}

function claimAt(server: VllmServer, container: Container, path: string, view: View): Claim | undefined {
  const source = mountCovering(container, path)?.volume?.source;
  if (source?.kind === "claimTemplate") return claim(mapAt(source.node, "spec"), true);
  if (source?.kind === "ephemeral") return claim(mapAt(source.node, "volumeClaimTemplate", "spec"), true);
  if (source?.kind !== "pvc" || source.claimName === undefined) return undefined;
  return claim(mapAt(findClaim(server, source.claimName, view)?.node, "spec"), false);
}

/** One that is bound to a volume by name is as large as that volume. */
function claim(spec: YamlMap | undefined, isOwn: boolean): Claim | undefined {
  return spec === undefined || spec.get("volumeName") !== undefined ? undefined : { spec, isOwn };
}

function severityFor(spec: YamlMap): Severity {
  const modes = (asSeq(at(spec, "accessModes"))?.items ?? []).map((item) => textAt(item));
  const isShared = modes.includes("ReadWriteMany") || UNLIMITED.test(textAt(spec, "storageClassName") ?? "");
  return isShared ? "info" : "warning";
}
