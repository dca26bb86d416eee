import { podField } from "../../kubernetes/containers";
import type { KubeObject } from "../../kubernetes/model";
import { serviceOf, type Service } from "../../kubernetes/services";
import type { VllmServer } from "../../vllm/model";
import { scalarAt, spotOf } from "../../yaml/node";
import type { View } from "../context";
import { defineRule } from "../define";
import { placeOfServer } from "../places";

export const vllmPortServiceCollision = defineRule({
  id: "startup/vllm-port-service-collision",
  severity: "error",
  fix: "safe",
  subject: "server",
  summary: "A Service called `vllm` puts an address into `VLLM_PORT`, which vLLM reads as a port of its own.",
  why: `Kubernetes gives every pod variables for the Services of its namespace, in the form that Docker links had: for a Service called
\`vllm\` among them \`VLLM_PORT=tcp://10.0.0.1:80\`. vLLM reads \`VLLM_PORT\` as the port for its internal communication, cannot turn the
address into a number and exits. Pods that were started before the Service existed run until their next restart. Switch the
variables off with \`enableServiceLinks: false\`, or give the Service another name.`,
  sources: [
    "https://docs.vllm.ai/en/latest/configuration/env_vars.html",
    "vllm/envs.py (get_vllm_port)",
    "https://github.com/vllm-project/vllm/issues/15613",
    "https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables",
  ],
  check(server, report, { view }) {
    const { pod, object } = server;
    if (!pod || server.form !== "pod" || podField(pod, "enableServiceLinks") !== undefined || pod.partial)
      return;
    if (server.engine.environment.has("VLLM_PORT")) return;
    const service = collidingService(server, view);
    const name = service && scalarAt(service.object.node, "metadata", "name");
    if (!name) return;
    report(placeOfServer(server), {
      message: `Container \`${server.name}\` gets \`VLLM_PORT=tcp://…\` from the Service \`vllm\`; vLLM takes it for a port and exits.`,
      advice: "Set `enableServiceLinks: false` in the pod, or rename the Service.",
      related: [{ at: spotOf(name), message: "The Service" }],
      fixes: object.node.flow
        ? []
        : [
            {
              title: "Set `enableServiceLinks` to `false`",
              apply: (editor) => editor.setEntry(pod.spec, "enableServiceLinks", false),
            },
          ],
    });
  },
});

/** Only Services with an address of their own are announced, and only in their namespace. */
function collidingService(server: VllmServer, view: View): Service | undefined {
  const object = view
    .named("Service", "vllm")
    .find((service) => service.namespace === server.object.namespace && isAnnounced(service));
  return object && serviceOf(object);
}

function isAnnounced(object: KubeObject): boolean {
  if (object.partial) return false;
  const service = serviceOf(object);
  return (
    service !== undefined &&
    !service.headless &&
    service.type !== undefined &&
    service.type !== "ExternalName"
  );
}
