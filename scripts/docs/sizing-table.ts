import { usageOf } from "../../src/data/usage";
import { findModel, modelIds } from "../../src/data/models";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { createService } from "../../src/service";

const GPUS = ["L4", "A10G", "L40S", "A100-80GB", "H100-80GB", "H200", "B200", "MI300X"] as const;
const COUNTS = [1, 2, 4, 8];
const CONTEXT = 8192;

/** Which models fit on how many cards, reckoned by the same engine as the lens: models that public manifests use, most used first; those trained for
 * shorter texts refuse to start so, and are left out. */
export function sizingPage(most: number): string {
  const used = modelIds()
    .map((id) => ({ id, count: usageOf("models", id) }))
    .filter(({ id, count }) => count > 0 && (findModel(id)?.maxLength ?? 0) >= CONTEXT)
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
    .slice(0, most);
  const rows = used.map(({ id }) => `| ${id} | ${GPUS.map((gpu) => cell(id, gpu)).join(" | ")} |`);
  return [
    "# Models on GPUs",
    `The fewest GPUs of a kind on which a model starts with \`--max-model-len ${CONTEXT}\`, every other option at its default and tensor parallelism over the cards, and ` +
      "how many requests of that length its KV cache then holds. Computed by the engine of this release; how, is in [How the numbers are made](../sizing.md). " +
      "A dash: not on eight, or not known.",
    `| model | ${GPUS.join(" | ")} |`,
    `|${"---|".repeat(GPUS.length + 1)}`,
  ]
    .join("\n\n")
    .replace(/\|\n\n\|/, "|\n|")
    .concat("\n", rows.join("\n"), "\n");
}

function cell(model: string, gpu: string): string {
  for (const count of COUNTS) {
    const size = sizeOf(model, gpu, count);
    if (size?.fits !== "yes" || size.kv.maxConcurrency === null) continue;
    return `${count}: ${size.kv.maxConcurrency.toFixed(size.kv.maxConcurrency < 10 ? 1 : 0)}x`;
  }
  return "-";
}

const service = createService({
  settings: () => DEFAULT_SETTINGS,
  today: () => "2026-01-01",
  ruleFailed: () => undefined,
});

function sizeOf(
  model: string,
  gpu: string,
  count: number,
): ReturnType<typeof service.sizes>[number] | undefined {
  service.setFile("/docs/model.yaml", manifest(model, gpu, count));
  return service.sizes("/docs/model.yaml")[0];
}

function manifest(model: string, gpu: string, count: number): string {
  const resource = gpu.startsWith("MI") ? "amd.com/gpu" : "nvidia.com/gpu";
  const image = gpu.startsWith("MI") ? "rocm/vllm" : "vllm/vllm-openai:latest";
  return `# vllm-k8s: gpu=${gpu}
apiVersion: v1
kind: Pod
metadata: {name: model}
spec:
  containers:
    - name: vllm
      image: ${image}
      command: [vllm, serve, ${JSON.stringify(model)}]
      args: ["--max-model-len=${CONTEXT}", "--tensor-parallel-size=${count}"]
      resources: {limits: {${resource}: "${count}"}}
`;
}
