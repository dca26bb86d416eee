import type { PodTemplate } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { serversOfObject } from "../scaled";
import { placeOfServer } from "../places";
import { setUtilization, usualUtilization, UTILIZATION } from "./utilization";

/** Nobody runs more containers in one pod; looking at each pair of them would only cost time. */
const MOST = 16;

export const sharedGpuOversubscribed = defineRule({
  id: "memory/shared-gpu-oversubscribed",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Several servers on one card plan with more than all of its memory.",
  why: `Each vLLM server plans with \`--gpu-memory-utilization\` of the card's total memory and looks at start whether that much is free. Two servers in
one pod on the same card, or two replicas on a card that is shared by time slicing, do not know of each other: the one that starts
second finds too little free memory and exits, or, when both measure at the same moment, one of them runs out of memory later. The shares of all
servers on a card have to stay below 1 together, with room for what vLLM does not profile. A MIG slice has its own memory and needs none of this.`,
  sources: [
    "https://github.com/vllm-project/vllm/issues/10643",
    "https://github.com/vllm-project/vllm/issues/23661",
    "vllm/v1/worker/utils.py (request_memory)",
  ],
  check(server, report, { view }) {
    const { pod, gpu } = server;
    if (!pod || server.form !== "pod" || gpu.claimed || pod.containers.length > MOST) return;
    const together = serversOnCard(server, pod, view);
    const shares = together.map((one) => one.engine.number(UTILIZATION));
    const sum = shares.reduce((total, share) => total + (share.known ? share.value : NaN), 0);
    // Sleeping servers take turns.
    if (together.length < 2 || !(sum > 1) || together.some(sleeps)) return;
    const share = Math.floor((100 * usualUtilization(server)) / together.length) / 100;
    const own = server.engine.number(UTILIZATION);
    report((own.known ? own.at : undefined) ?? placeOfServer(server), {
      message: `${together.length} servers of this pod share one card and plan with ${Number((100 * sum).toFixed(0))} % of it together.`,
      advice: `Give each a share, like \`${UTILIZATION} ${share}\`.`,
      related: together
        .filter((one) => one !== server)
        .map((one) => ({ at: placeOfServer(one), message: "Shares the card" })),
      fixes: shareFix(server, share),
    });
  },
});

function shareFix(server: VllmServer, share: number): readonly Fix[] {
  const own = server.engine.number(UTILIZATION);
  return own.known && own.value <= share ? [] : setUtilization(server, share);
}

/** The servers of a pod on the same card: one of them asks for a single one, the others ask for none and see all. */
function serversOnCard(server: VllmServer, pod: PodTemplate, view: View): readonly VllmServer[] {
  const inPod = serversOfObject(server.object, view).filter((other) => other.pod === pod);
  const asking = inPod.filter(({ gpu }) => gpu.resource !== undefined);
  const [only] = asking;
  const onOne = asking.length === 1 && only?.gpu.count === 1;
  const rest = inPod.filter((one) => one !== only);
  return onOne && rest.every(seesAllCards) ? inPod : [server];
}

function seesAllCards({ engine }: VllmServer): boolean {
  return engine.environment.get("NVIDIA_VISIBLE_DEVICES")?.value === "all";
}

function sleeps({ engine }: VllmServer): boolean {
  const mode = engine.enabled("--enable-sleep-mode");
  return !mode.known || mode.value;
}
