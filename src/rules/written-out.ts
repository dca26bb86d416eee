import type { Container, PodTemplate } from "../kubernetes/model";
import type { VllmServer } from "../vllm/model";

export interface WrittenOut {
  readonly pod: PodTemplate;
  readonly container: Container;
}

/**
 * Pod and container of a server that the manifest writes out in full, so that what it does not say is missing. Undefined for
 * patches, templates, values files, and kinds whose operator adds to the pod.
 */
export function writtenOut(server: VllmServer): WrittenOut | undefined {
  const { pod, container, form, object } = server;
  if (form !== "pod" || !pod || !container || pod.partial || pod.managed || object.partial) return undefined;
  return { pod, container };
}

/** With these every pod of a group has an API server of its own. */
const EVERY_POD_SERVES = [
  "--data-parallel-hybrid-lb",
  "--data-parallel-external-lb",
  "--data-parallel-multi-port-external-lb",
];

/**
 * True for a pod that answers requests itself: not a rank that waits for its leader, not a job. A template that leader and workers
 * share is both, and what suits the one (a probe on the API) breaks the other.
 */
export function servesRequests(server: VllmServer): boolean {
  const { pod, engine } = server;
  if (!pod || pod.batch || engine.settings.has("--headless")) return false;
  const { grouping } = pod;
  if (grouping.kind === "single") return true;
  if (grouping.shared && !EVERY_POD_SERVES.some((flag) => engine.settings.has(flag))) return false;
  return grouping.role === "leader";
}
