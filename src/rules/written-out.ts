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

/** True for a pod that answers requests itself: not a rank that waits for its leader, not a job. */
export function servesRequests(server: VllmServer): boolean {
  const { pod } = server;
  if (!pod || pod.batch || server.engine.settings.has("--headless")) return false;
  return pod.grouping.kind === "single" || pod.grouping.role === "leader";
}
