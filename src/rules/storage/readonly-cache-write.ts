import { isReadOnly, mountCovering, type Mount } from "../../kubernetes/volumes";
import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";
import { spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { hubCacheDirectory, hubModel } from "../../vllm/hub-model";
import { placeOfModel } from "../places";

export const readonlyCacheWrite = defineRule({
  id: "storage/readonly-cache-write",
  severity: "warning",
  fix: "none",
  subject: "server",
  summary: "The Hub client's cache lies on a read-only mount, and the model is named by its Hub id.",
  why: `For a model named by its Hub id the client asks the Hub for the current revision and writes references, locks and new files into its
cache. On a read-only mount that ends with "OSError: [Errno 30] Read-only file system": at the first start when the cache is
not filled, and later on the day somebody pushes a commit to the model's repository. A read-only claim goes with a model named by its
path on the mount; then nothing is looked up and nothing is written. With \`HF_HUB_OFFLINE=1\` the client does not ask either.`,
  sources: [
    "https://github.com/llm-d-incubation/llm-d-modelservice/issues/243",
    "https://github.com/huggingface/huggingface_hub/issues/2797",
    "https://github.com/kserve/kserve/issues/3687",
  ],
  check(server, report) {
    const { container } = server;
    const model = hubModel(server);
    const cache = container && hubCacheDirectory(server, container);
    if (!container || model === undefined || cache === undefined) return;
    const mount = mountCovering(container, cache);
    if (!mount || !isReadOnly(mount)) return;
    report(placeOfModel(server), {
      message: `\`${model}\` is looked up on the Hub; its cache \`${cache}\` is on the read-only mount \`${mount.path}\`.`,
      advice:
        "Name the model by its path on the mount, or set `HF_HUB_OFFLINE` to `1` when the cache is filled.",
      related: [{ at: placeOfMount(server, mount), message: "The read-only mount" }],
    });
  },
});

function placeOfMount(server: VllmServer, mount: Mount): Spot {
  const entry = mount.node.entry("mountPath") ?? mount.node.entries[0];
  return entry ? spotOf(entry.value ?? entry.key) : server.anchor;
}
