import type { VllmServer } from "../../vllm/model";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { RuleContext } from "../context";
import type { Fix } from "../define";
import { canSetGpuCount, setGpuCount } from "../gpu-count";
import { changedServer } from "../what-if";

const TENSOR = "--tensor-parallel-size";

/** More GPUs than a node commonly has are another design, not a fix. */
const NODE_GPUS = 8;

/**
 * A fix that spreads the model over more GPUs of the node: the smallest tensor parallel size that divides the attention heads
 * and whose plan fits, with the GPU count to go with it. Undefined when there is none, or no place to write it.
 */
export function shardFix(server: VllmServer, context: RuleContext): Fix | undefined {
  const size = fittingTensorSize(server, context);
  if (size === undefined) return undefined;
  const gpus = size * otherRanks(server);
  return {
    title: `Set \`${TENSOR}\` to \`${size}\` and \`${server.gpu.resource}\` to \`${gpus}\``,
    apply(editor) {
      setArgument(editor, server, TENSOR, String(size));
      setGpuCount(editor, server, gpus);
    },
  };
}

function fittingTensorSize(server: VllmServer, context: RuleContext): number | undefined {
  const current = server.engine.integer(TENSOR);
  const heads = context.plan(server).model?.shape.heads;
  const canWrite = canSetGpuCount(server) && canSetArgument(server, TENSOR) && !server.gpu.shared;
  if (!current.known || heads === undefined || !canWrite || server.multiNode) return undefined;
  if (Number.isNaN(otherRanks(server)) || server.gpu.resource?.includes("mig-")) return undefined;
  for (let size = 2; size * otherRanks(server) <= NODE_GPUS; size *= 2) {
    if (size <= current.value || heads % size !== 0) continue;
    const changed = changedServer(server, {
      arguments: { [TENSOR]: String(size) },
      gpus: size * otherRanks(server),
    });
    if (context.plan(changed).fits === "yes") return size;
  }
  return undefined;
}

/** Pipeline stages times data-parallel copies; NaN when unknown. */
function otherRanks(server: VllmServer): number {
  const pipeline = server.engine.integer("--pipeline-parallel-size");
  const data = server.engine.integer("--data-parallel-size");
  return pipeline.known && data.known ? pipeline.value * data.value : NaN;
}
