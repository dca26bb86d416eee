import { stringsAt } from "../../kubernetes/known";
import { fallbackFor, loadTriggers } from "../../rules/autoscaling/scaled-object";
import { stackItemOf } from "../../vllm/chart-scalers";
import type { VllmServer } from "../../vllm/model";
import type { YamlEditor } from "../../yaml/edit";
import type { Plain } from "../../yaml/format";
import { asMap, mapAt, numberAt, type YamlMap } from "../../yaml/node";
import type { Folder } from "../workspace/folder";
import { behavior, thresholdNotes, written } from "./parts";

/** Fields to set in the workload itself: the operator or chart makes the autoscaler. */
export interface InPlace {
  readonly map: YamlMap;
  readonly fields: readonly (readonly [path: readonly string[], value: Plain])[];
  /** A field that excludes those: left out. */
  readonly without: string | undefined;
  /** The same as a file by itself, to be merged by hand. */
  readonly fragment: string;
}

type InPlaceWriter = (server: VllmServer, folder: Folder) => InPlace | { readonly problem: string };

/** The forms of scaling that a workload asks its operator or chart for. */
export const IN_PLACE_WRITERS = {
  kserve,
  "production-stack": productionStack,
} satisfies Readonly<Record<string, InPlaceWriter>>;

export function applyInPlace(editor: YamlEditor, { map, fields, without }: InPlace): void {
  if (without !== undefined && map.entry(without)) editor.removeEntry(map, without);
  for (const [path, value] of fields) editor.setPath(map, path, value);
}

function kserve(server: VllmServer, folder: Folder): InPlace | { readonly problem: string } {
  const { object } = server;
  if (object.kind === "InferenceService") return inferenceService(server, folder);
  if (object.kind === "LLMInferenceService") return llmInferenceService(server, folder);
  return { problem: `This is for KServe's workloads; a ${object.kind} takes a ScaledObject.` };
}

/**
 * KServe turns `autoScaling.metrics` into a ScaledObject: `pkg/controller/v1beta1/inferenceservice/reconcilers/keda/keda_reconciler.go`
 * (0.20). The threshold is `target.value`, the metric type KEDA's own, AverageValue; of `behavior` only the windows arrive.
 */
function inferenceService(server: VllmServer, folder: Folder): InPlace | { readonly problem: string } {
  const spec = mapAt(server.object.node, "spec");
  const predictor = mapAt(spec, "predictor");
  if (!spec || !predictor) return { problem: "The InferenceService has no predictor." };
  if (predictor.entry("autoScaling")) return { problem: "The predictor has an `autoScaling` already." };
  if (predictor.entry("scaleMetric"))
    return {
      problem: "KServe refuses `scaleMetric` together with KEDA: take it out of the predictor first.",
    };
  const least = Math.max(1, numberAt(predictor, "minReplicas") ?? 1);
  const most = Math.max(4, 2 * least, numberAt(predictor, "maxReplicas") ?? 0);
  const metrics = loadTriggers(server, folder.view()).flatMap((trigger) => externalMetric(trigger));
  const { scaleDown } = behavior(server, folder);
  const autoScaling: Plain = {
    metrics,
    behavior: { scaleDown: { stabilizationWindowSeconds: scaleDown["stabilizationWindowSeconds"] ?? 300 } },
  };
  const annotations: Record<string, string> = { "serving.kserve.io/autoscalerClass": "keda" };
  const mode = stringsAt(server.object.node, "metadata", "annotations").get(
    "serving.kserve.io/deploymentMode",
  );
  // KEDA is for plain Deployments; RawDeployment is what KServe called them before 0.16.
  if (mode !== "RawDeployment") annotations["serving.kserve.io/deploymentMode"] = "Standard";
  const scaled = { minReplicas: least, maxReplicas: most, autoScaling };
  return {
    map: server.object.node,
    without: undefined,
    fields: [
      ...Object.entries(annotations).map(
        ([key, value]) => [["metadata", "annotations", key], value] as const,
      ),
      ...Object.entries(scaled).map(([key, value]) => [["spec", "predictor", key], value] as const),
    ],
    fragment: written(
      {
        ...identity(server, annotations),
        spec: { predictor: scaled },
      },
      [
        "To merge: kubectl patch --type merge --patch-file, or by hand.",
        "KServe hands on the two windows of `behavior` and no policies: it cannot pace a scale-up.",
        ...thresholdNotes(server).slice(0, 2),
      ],
    ),
  };
}

function externalMetric(trigger: Plain): readonly Plain[] {
  const { metadata } = trigger as {
    readonly metadata: Readonly<Record<"serverAddress" | "query" | "threshold", string>>;
  };
  const { serverAddress, query, threshold } = metadata;
  return [
    {
      type: "External",
      external: {
        metric: { backend: "prometheus", serverAddress, query },
        target: { type: "Value", value: threshold },
      },
    },
  ];
}

/** `scaling.keda` takes a ScaledObject's fields; with it `replicas` is refused (`llm_inference_service_validation.go`, KServe #5839). */
function llmInferenceService(server: VllmServer, folder: Folder): InPlace | { readonly problem: string } {
  const spec = mapAt(server.object.node, "spec");
  if (!spec) return { problem: "The LLMInferenceService has no spec." };
  if (spec.entry("scaling")) return { problem: "The LLMInferenceService has a `scaling` already." };
  const least = Math.max(1, numberAt(spec, "replicas") ?? 1);
  const scaling: Plain = {
    minReplicas: least,
    maxReplicas: Math.max(4, 2 * least),
    keda: kedaFields(server, folder, least),
  };
  return {
    map: spec,
    without: "replicas",
    fields: [[["scaling"], scaling]],
    fragment: written({ ...identity(server), spec: { scaling } }, [
      "To merge by hand, in place of `replicas`; needs a KServe after 0.20, which has `scaling.keda`.",
      ...thresholdNotes(server),
    ]),
  };
}

/** The chart's ScaledObject has the fields of `keda`: helm/templates/scaledobject-vllm.yaml, chart 0.1.12. */
function productionStack(server: VllmServer, folder: Folder): InPlace | { readonly problem: string } {
  const item = stackItemOf(server);
  if (!item) return { problem: "This is for the values of vLLM's production-stack chart." };
  if (item.get("raySpec"))
    return { problem: "The chart makes no ScaledObject for an entry with a `raySpec`." };
  if (asMap(item.get("keda"))?.entry("triggers"))
    return { problem: "This entry has `keda.triggers` already." };
  const least = Math.max(1, numberAt(item, "replicaCount") ?? 1);
  const keda: Plain = {
    enabled: true,
    minReplicaCount: least,
    maxReplicaCount: Math.max(4, 2 * least),
    ...kedaFields(server, folder, least),
  };
  return {
    map: item,
    without: undefined,
    fields: [[["keda"], keda]],
    fragment: written({ servingEngineSpec: { modelSpec: [{ name: server.name, keda }] } }, [
      "Into the entry of this name: Helm does not merge lists. The chart leaves out `replicaCount` then.",
      ...thresholdNotes(server),
    ]),
  };
}

function kedaFields(server: VllmServer, folder: Folder, least: number): { readonly [key: string]: Plain } {
  return {
    fallback: fallbackFor(least),
    advanced: { horizontalPodAutoscalerConfig: { behavior: behavior(server, folder) } },
    triggers: loadTriggers(server, folder.view()),
  };
}

function identity({ object }: VllmServer, annotations?: Plain): { readonly [key: string]: Plain } {
  return {
    apiVersion: `${object.group}/${object.version}`,
    kind: object.kind,
    metadata: {
      name: object.name ?? "",
      ...(object.namespace !== undefined && { namespace: object.namespace }),
      ...(annotations !== undefined && { annotations }),
    },
  };
}
