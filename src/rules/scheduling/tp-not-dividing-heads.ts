import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import { defineRule, type Fix } from "../define";
import { canSetGpuCount, setGpuCount } from "../gpu-count";
import { ranksInPod } from "./ranks";

const TENSOR = "--tensor-parallel-size";

export const tpNotDividingHeads = defineRule({
  id: "scheduling/tp-not-dividing-heads",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The tensor parallel size does not divide the model's attention heads.",
  why: `Tensor parallelism gives every rank the same number of attention heads. vLLM refuses a size that does not divide them: "Total number
of attention heads (28) must be divisible by tensor parallel size (8)". The key and value heads may be fewer; those are
copied. The rest of a node can serve as further replicas or, with pipeline parallelism, as further stages.`,
  sources: [
    "vllm/config/model.py (verify_with_parallel_config)",
    "https://github.com/vllm-project/vllm/issues/596",
    "https://github.com/vllm-project/vllm/issues/11797",
  ],
  check(server, report, context) {
    const heads = context.plan(server).model?.shape.heads;
    const size = server.engine.integer(TENSOR);
    if (heads === undefined || heads < 1 || !size.known || size.at === undefined) return;
    if (size.value < 2 || heads % size.value === 0) return;
    const legal = divisors(heads).filter((divisor) => divisor <= 64);
    // Machines have one, two, four or eight cards.
    const smaller =
      legal.findLast((divisor) => divisor < size.value && Number.isInteger(Math.log2(divisor))) ?? 1;
    report(size.at, {
      message: `Tensor parallel size \`${size.value}\` does not divide the model's ${heads} attention heads; ${legal.join(", ")} do.`,
      advice: "Take a size that divides the heads, and as many GPUs.",
      fixes: fixFor(server, smaller),
    });
  },
});

function divisors(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((i) => n % i === 0);
}

function fixFor(server: VllmServer, size: number): readonly Fix[] {
  const ranks = ranksInPod(server);
  if (!ranks || !canSetArgument(server, TENSOR)) return [];
  const followsCount = canSetGpuCount(server) && server.gpu.count === ranks.total;
  const gpus = size * ranks.pipeline * ranks.data;
  return [
    {
      title: `Set \`${TENSOR}\` to \`${size}\`${followsCount ? ` and \`${server.gpu.resource}\` to \`${gpus}\`` : ""}`,
      apply(editor) {
        setArgument(editor, server, TENSOR, String(size));
        if (followsCount) setGpuCount(editor, server, gpus);
      },
    },
  ];
}
