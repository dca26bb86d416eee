import { mapAt, mapsAt, numberAt, type YamlMap } from "../../yaml/node";
import { grouping, type Shape, type Surroundings } from "./shape";

/** The model container of a predictor: `model`, or the older form with the framework's name as the key. */
const MODEL_KEYS = [
  "model",
  "huggingface",
  "triton",
  "pytorch",
  "tensorflow",
  "sklearn",
  "xgboost",
  "lightgbm",
  "onnx",
  "pmml",
  "paddle",
] as const;

/** `spec.predictor` of an InferenceService is a pod spec with a model beside, or instead of, its containers. */
export const kservePredictor: Shape = (map, at, walk) => {
  if (at.group !== "serving.kserve.io" || at.kind !== "InferenceService") return [];
  const predictor = mapAt(map, "predictor");
  if (!predictor) return [];
  const models = MODEL_KEYS.flatMap((key) => mapAt(predictor, key) ?? []);
  const containers = mapsAt(predictor, "containers");
  const size = workerSize(predictor);
  const here: Surroundings = {
    ...at,
    replicas: numberAt(predictor, "minReplicas"),
    grouping: mapAt(predictor, "workerSpec") ? grouping("leader", size) : at.grouping,
    // A ServingRuntime brings whatever the model does not say.
    partial: at.partial || models.length > 0,
  };
  if (models.length + containers.length > 0) {
    walk.emit({
      spec: predictor,
      metadata: [predictor],
      containers: [
        ...models.map((node) => ({ node, isKServeModel: true })),
        ...containers.map((node) => ({ node })),
      ],
      at: here,
    });
  }
  emitWorker(predictor, here, size, walk);
  return ["predictor"];
};

/**
 * A ServingRuntime is a pod spec itself, its labels and annotations beside the containers. How many pods form a server is
 * up to the InferenceService that uses it.
 */
export const kserveRuntime: Shape = (map, at, walk) => {
  if (at.group !== "serving.kserve.io" || !at.kind.endsWith("ServingRuntime")) return [];
  const spec = mapAt(map, "spec");
  if (!spec) return [];
  const leads = mapAt(spec, "workerSpec") !== undefined;
  const here = { ...at, grouping: leads ? grouping("leader", undefined) : at.grouping };
  if (mapsAt(spec, "containers").length > 0) walk.emit({ spec, metadata: [spec], at: here });
  emitWorker(spec, here, undefined, walk);
  return ["spec"];
};

/** LLMInferenceService: `template` is the server, or with `worker` beside it the leader of several pods. `prefill` has the same form. */
export const kserveLlm: Shape = (map, at, walk) => {
  if (at.group !== "serving.kserve.io" || !at.kind.startsWith("LLMInferenceService")) return [];
  const template = mapAt(map, "template");
  const worker = mapAt(map, "worker");
  const size = dataParallelNodes(map);
  const groups = worker !== undefined;
  if (template) {
    const here = { ...at, grouping: groups ? grouping("leader", size) : at.grouping };
    if (mapsAt(template, "containers").length > 0) walk.emit({ spec: template, at: here });
  }
  if (worker && mapsAt(worker, "containers").length > 0) {
    walk.emit({ spec: worker, at: { ...at, grouping: { kind: "group", role: "worker", size } } });
  }
  return ["template", "worker"];
};

function emitWorker(
  around: YamlMap,
  at: Surroundings,
  size: number | undefined,
  walk: Parameters<Shape>[2],
): void {
  const worker = mapAt(around, "workerSpec");
  if (worker && mapsAt(worker, "containers").length > 0) {
    walk.emit({
      spec: worker,
      metadata: [around],
      at: { ...at, grouping: { kind: "group", role: "worker", size } },
    });
  }
}

/** KServe starts one pod per pipeline stage; `size` is the name of older versions. */
function workerSize(around: YamlMap): number | undefined {
  return numberAt(around, "workerSpec", "pipelineParallelSize") ?? numberAt(around, "workerSpec", "size");
}

function dataParallelNodes(spec: YamlMap): number | undefined {
  const pipeline = numberAt(spec, "parallelism", "pipeline");
  if (pipeline !== undefined) return pipeline;
  const data = numberAt(spec, "parallelism", "data");
  const local = numberAt(spec, "parallelism", "dataLocal");
  return data !== undefined && local ? Math.ceil(data / local) : undefined;
}
