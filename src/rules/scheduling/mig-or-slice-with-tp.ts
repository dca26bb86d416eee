import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import { spotOf } from "../../yaml/node";
import { defineRule } from "../define";

const TENSOR = "--tensor-parallel-size";

export const migOrSliceWithTp = defineRule({
  id: "scheduling/mig-or-slice-with-tp",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "Tensor parallelism runs over slices of GPUs.",
  why: `Tensor parallel ranks exchange data in every layer, over NVLink or PCIe from card to card. MIG slices have no such path: NCCL does not support them, and
a process sees one slice only. Time-sliced or virtual GPUs may be the same card twice, which NCCL refuses as a duplicate GPU. Take one slice that is
large enough, or whole cards.`,
  sources: [
    "https://docs.nvidia.com/datacenter/tesla/mig-user-guide/concepts.html",
    "https://github.com/NVIDIA/nccl/issues/1716",
    "https://github.com/vllm-project/vllm/issues/6551",
  ],
  check(server, report) {
    const { resource, node, shared } = server.gpu;
    const size = server.engine.integer(TENSOR);
    if (!size.known || size.at === undefined || size.value < 2 || resource === undefined) return;
    const isMig = /\/mig-/.test(resource);
    if (!isMig && !shared) return;
    report(size.at, {
      message: `Tensor parallel size \`${size.value}\` over ${isMig ? "MIG slices" : "shares of a GPU"} (\`${resource}\`).`,
      advice: isMig
        ? "Take one larger slice, or whole cards."
        : "Take whole cards: two shares may be the same one.",
      related: node ? [{ at: spotOf(node), message: "What the container asks for" }] : [],
      fixes: canSetArgument(server, TENSOR)
        ? [
            {
              title: `Set \`${TENSOR}\` to \`1\``,
              apply: (editor) => setArgument(editor, server, TENSOR, "1"),
            },
          ]
        : [],
    });
  },
});
