import type { VllmServer } from "../../vllm/model";
import type { Spot } from "../../yaml/document";

/** The GPUs that a server in one pod uses: tensor x pipeline x data parallel ranks. */
export interface Ranks {
  readonly tensor: number;
  readonly pipeline: number;
  readonly data: number;
  readonly total: number;
  /** The flags that were given, with their place. */
  readonly given: readonly { readonly flag: string; readonly at: Spot }[];
}

const FACTORS = ["--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size"] as const;

/** Options that move ranks to other pods or add a factor of their own. */
const ELSEWHERE = [
  "--data-parallel-size-local",
  "--data-parallel-rank",
  "--data-parallel-start-rank",
  "--data-parallel-address",
  "--data-parallel-hybrid-lb",
  "--data-parallel-external-lb",
  "--data-parallel-multi-port-external-lb",
  "--prefill-context-parallel-size",
  "--nnodes",
  "--node-rank",
  "--headless",
];

/** Undefined when a factor is not known or ranks live outside of the pod. */
export function ranksInPod(server: VllmServer): Ranks | undefined {
  const { engine, pod } = server;
  if (server.multiNode || (pod && pod.grouping.kind !== "single")) return undefined;
  if (ELSEWHERE.some((flag) => engine.settings.has(flag))) return undefined;
  const executor = engine.text("--distributed-executor-backend");
  if (executor.known && /ray/i.test(executor.value)) return undefined;
  const [tensor, pipeline, data] = FACTORS.map((flag) => engine.integer(flag));
  if (!tensor?.known || !pipeline?.known || !data?.known) return undefined;
  const given = FACTORS.flatMap((flag) => {
    const setting = engine.settings.get(flag);
    return setting ? [{ flag, at: setting.valueAt }] : [];
  });
  const total = tensor.value * pipeline.value * data.value;
  if (!Number.isInteger(total) || total < 1) return undefined;
  return { tensor: tensor.value, pipeline: pipeline.value, data: data.value, total, given };
}

/** `Tensor parallel size 4`, `Tensor x pipeline parallel size 4 x 2`, with the values in backticks. */
export function ranksText({ tensor, pipeline, data }: Ranks): string {
  const factors = [
    { name: "tensor", value: tensor },
    { name: "pipeline", value: pipeline },
    { name: "data", value: data },
  ].filter(({ name, value }) => value > 1 || (name === "tensor" && pipeline * data === 1));
  const names = factors.map(({ name }) => name).join(" x ");
  const values = factors.map(({ value }) => `\`${value}\``).join(" x ");
  return `${names.charAt(0).toUpperCase()}${names.slice(1)} parallel size ${values}`;
}
