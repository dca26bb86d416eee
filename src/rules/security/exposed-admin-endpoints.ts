import { isFieldOpen } from "../../kubernetes/containers";
import type { EnvironmentVariable, VllmServer } from "../../vllm/model";
import { asSeq, spotOf } from "../../yaml/node";
import { defineRule, type Fix } from "../define";
import { entranceOf } from "../exposure";
import { placeOfVariable } from "../places";

interface Switch {
  readonly name: string;
  readonly opens: string;
}

const SWITCHES: readonly Switch[] = [
  {
    name: "VLLM_SERVER_DEV_MODE",
    opens: "endpoints that put the server to sleep, reset its caches and run calls in its workers",
  },
  {
    name: "VLLM_ALLOW_RUNTIME_LORA_UPDATING",
    opens: "endpoints that load adapters from any path or repository",
  },
];

export const exposedAdminEndpoints = defineRule({
  id: "security/exposed-admin-endpoints",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Endpoints for developers or administrators can be reached from outside of the cluster.",
  why: `\`VLLM_SERVER_DEV_MODE=1\` adds endpoints such as \`/sleep\`, \`/reset_prefix_cache\` and \`/collective_rpc\`, and
\`VLLM_ALLOW_RUNTIME_LORA_UPDATING\` lets requests load adapters. vLLM's security guide says to use neither where untrusted requests arrive: the API
key is checked only below \`/v1\`, \`/v2\`, \`/inference\` and \`/cohere\`, so it does not protect the first kind. The finding needs a LoadBalancer, a NodePort, an Ingress
or an HTTPRoute in view that leads to the server. A route that passes on \`/v1\` only is a good remedy where sleep mode is in use.`,
  sources: [
    "https://docs.vllm.ai/en/latest/usage/security.html",
    "https://docs.vllm.ai/en/latest/features/lora.html",
  ],
  check(server, report, { view }) {
    const on = SWITCHES.flatMap((one) => {
      const variable = server.engine.environment.get(one.name);
      return variable && /^(1|true)$/i.test(variable.value ?? "") ? [{ ...one, variable }] : [];
    });
    const entrance = on.length > 0 ? entranceOf(server, view) : undefined;
    if (!entrance) return;
    for (const { name, opens, variable } of on) {
      report(placeOfVariable(server, variable), {
        message: `\`${name}\` opens ${opens}; ${entrance.kind} \`${entrance.name ?? ""}\` lets requests in from outside.`,
        advice: "Take the variable out, or let the route pass on paths below `/v1` only.",
        related: [{ at: spotOf(entrance.node.entries[0]?.key ?? entrance.node), message: "The way in" }],
        fixes: removeFix(server, variable),
      });
    }
  },
});

function removeFix(server: VllmServer, { name, node }: EnvironmentVariable): readonly Fix[] {
  const { container } = server;
  const list = asSeq(container?.node.entry("env")?.value);
  if (!container || !list || !list.items.includes(node) || isFieldOpen(container, "env")) return [];
  return [{ title: `Remove \`${name}\``, apply: (editor) => editor.removeItem(list, node) }];
}
