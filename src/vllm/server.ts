import type { Container, KubeObject, PodTemplate } from "../kubernetes";
import { containerServer } from "./container-server";
import type { ServerContext } from "./context";
import { kaitoServer, vllmConfigServer } from "./custom-resources";
import { kubeaiServer } from "./kubeai";
import { llmServers, predictorServer } from "./kserve";
import type { VllmServer } from "./model";
import { runtimeServer } from "./production-stack";
import { rayServers } from "./ray-serve";
import { serversOfRelease } from "./values";

export type { ServerContext } from "./context";
export { serversOfValues } from "./values";

/** The vLLM servers that an object will start, in the order they are written. */
export function serversOf(
  object: KubeObject,
  pods: readonly PodTemplate[],
  context: ServerContext,
): readonly VllmServer[] {
  if (object.group === "serving.kserve.io" && object.kind === "LLMInferenceService")
    return llmServers(object, pods, context);
  const servers = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => serverIn(container, context) ?? []),
  );
  const custom = CUSTOM.map((read) => read(object, context)).find((server) => server !== undefined);
  return [
    ...servers,
    ...rayServers(object, pods, context),
    ...(custom ? [custom] : []),
    ...serversOfRelease(object, context),
  ];
}

const CUSTOM = [kubeaiServer, runtimeServer, kaitoServer, vllmConfigServer];

function serverIn(container: Container, context: ServerContext): VllmServer | undefined {
  return container.isKServeModel ? predictorServer(container, context) : containerServer(container, context);
}
