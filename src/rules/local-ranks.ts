import type { VllmServer } from "../vllm/model";

/** Ranks in one pod as far as known: of several pods, no more than one has GPUs. */
export function localRanks(server: VllmServer): number {
  if (server.hardware !== "cuda" && server.hardware !== "rocm") return 1;
  const [tensor, pipeline] = ["--tensor-parallel-size", "--pipeline-parallel-size"].map((flag) =>
    server.engine.integer(flag),
  );
  const size = (tensor?.known ? tensor.value : 1) * (pipeline?.known ? pipeline.value : 1);
  const { count: gpus } = server.gpu;
  return server.multiNode ? Math.min(size, gpus ?? 1) : size;
}
