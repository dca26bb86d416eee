import { maxRunning } from "../../autoscaling/target";
import { stringsAt } from "../../kubernetes/known";
import type { KubeObject } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { asMap, mapAt, numberAt, scalarAt, spotOf, type YamlMap } from "../../yaml/node";
import { defineRule } from "../define";

/** vLLM's least default of `--max-num-seqs`. */
const USUAL_RUNNING = 256;

export const kserveKnativeScaling = defineRule({
  id: "autoscaling/kserve-knative-scaling",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "containerConcurrency keeps requests in front of vLLM, where they cannot be batched.",
  why: `\`containerConcurrency\` is a hard limit: Knative's queue-proxy lets that many requests into the container and holds the rest. vLLM is fast
because it runs many requests in one batch, \`--max-num-seqs\` of them, and with one request let in at a time it generates one sequence
at a time. Leave the limit at 0, none, and scale on a soft target (\`autoscaling.knative.dev/target\`).`,
  sources: [
    "https://knative.dev/docs/serving/autoscaling/concurrency/",
    "https://kserve.github.io/website/docs/model-serving/predictive-inference/autoscaling/kpa-autoscaler",
    "https://docs.vllm.ai/en/latest/configuration/optimization/",
  ],
  check(server, report) {
    const holder = concurrencyHolder(server);
    const scalar = scalarAt(holder, "containerConcurrency");
    const limit = numberAt(holder, "containerConcurrency");
    if (!holder || !scalar || limit === undefined || limit <= 0) return;
    const running = maxRunning(server) ?? USUAL_RUNNING;
    if (limit >= running / 4) return;
    report(spotOf(scalar), {
      message: `\`containerConcurrency: ${limit}\` holds requests back before vLLM, which could run ${running} in one batch.`,
      advice: "Set it to 0, and a soft target for scaling.",
      fixes: [{ title: "Set `containerConcurrency` to `0`", apply: (editor) => editor.setScalar(scalar, 0) }],
    });
  },
});

function concurrencyHolder({ object, pod }: VllmServer): YamlMap | undefined {
  if (object.kind === "InferenceService") return isServerless(object) ? predictorOf(object) : undefined;
  return object.group === "serving.knative.dev" && object.kind === "Service"
    ? (pod?.spec ?? mapAt(object.node, "spec", "template", "spec"))
    : undefined;
}

/** Without Knative there is no queue-proxy, and the field has no effect. */
function isServerless({ node }: KubeObject): boolean {
  const mode = stringsAt(node, "metadata", "annotations").get("serving.kserve.io/deploymentMode");
  return mode === undefined || /^(Serverless|Knative)$/.test(mode);
}

function predictorOf({ node }: KubeObject): YamlMap | undefined {
  return asMap(mapAt(node, "spec")?.get("predictor"));
}
