import type { Mount } from "../../kubernetes/volumes";
import { mountCovering, mountsAreOpen } from "../../kubernetes/volumes";
import { itemsOf } from "../../kubernetes/containers";
import { formatGib } from "../../sizing/format";
import { knownImage } from "../../vllm/image";
import type { VllmServer } from "../../vllm/model";
import { textAt } from "../../yaml/node";
import type { RuleContext } from "../context";
import { defineRule } from "../define";
import { placeOfModel } from "../places";
import { isOnSpot, mostReplicas } from "../scaled";
import { servesRequests, writtenOut, type WrittenOut } from "../written-out";
import { hubCacheDirectory, hubModel } from "../../vllm/hub-model";
import { sharedClaimFix } from "./shared-claim";

/** A download of this many GiB is over before the engine has started. */
const SMALL_GIB = 2;

export const hubDownloadPerReplica = defineRule({
  id: "storage/hub-download-per-replica",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Every new pod downloads the weights again, for its cache ends with the pod.",
  why: `vLLM downloads a Hub model into the Hub client's cache directory. On the container's own layer or an emptyDir that cache is
gone with the pod, so each scale-up, rollout, eviction and node loss downloads all of the weights before the first request is
served, and depends on the Hub being reachable and not limiting the rate. Weights on a shared volume are read in a fraction of the
time. A claim that a Job fills once and that every replica mounts read-only needs no locks and no token in the servers; the model is
then named by its path, because the Hub client writes into its cache even when it only reads. With one fixed replica the finding is
for information; with an autoscaler, several replicas or Spot nodes it is a warning.`,
  sources: [
    "https://docs.vllm.ai/en/latest/models/supported_models.html",
    "https://huggingface.co/docs/huggingface_hub/guides/manage-cache",
    "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
  ],
  check(server, report, context) {
    const whole = writtenOut(server);
    const model = hubModel(server);
    if (!whole || model === undefined || !servesRequests(server) || !knownImage(server.image)) return;
    const cache = hubCacheDirectory(server, whole.container);
    if (cache === undefined || !endsWithPod(whole, cache)) return;
    const size = context.plan(server).checkpoint;
    if (size !== undefined && size.high < SMALL_GIB) return;
    report(placeOfModel(server), {
      message: `Each new pod downloads \`${model}\`${size ? ` (${formatGib(size.value)})` : ""}; its cache \`${cache}\` ends with the pod.`,
      advice: "Serve the model from a claim that is filled once and mounted read-only by every replica.",
      severity: severityOf(server, whole, context),
      fixes: () => {
        const fix = sharedClaimFix(server, whole, model, size?.high);
        return fix ? [fix] : [];
      },
    });
  },
});

function severityOf(server: VllmServer, { pod }: WrittenOut, { view }: RuleContext): "warning" | "info" {
  return mostReplicas(server, view) > 1 || isOnSpot(pod) ? "warning" : "info";
}

function endsWithPod({ pod, container }: WrittenOut, directory: string): boolean {
  if (mountsAreOpen(container)) return false;
  const mount = mountCovering(container, directory);
  if (mount === undefined) return true;
  const kind = mount.volume?.source.kind;
  return kind === "emptyDir" && !isFilledBefore(pod, mount);
}

/** An init container that has the same volume brings the weights from somewhere nearer, as a rule. */
function isFilledBefore(pod: WrittenOut["pod"], mount: Mount): boolean {
  return pod.initContainers.some((init) =>
    itemsOf(init, "volumeMounts").some((item) => textAt(item, "name") === mount.volumeName),
  );
}
