import { kedaScaler, knownText, type KubeObject, type Scaler } from "../kubernetes";
import type { SourceDocument } from "../yaml/document";
import { asMap, mapAt, mapsAt, scalarAt, type YamlMap } from "../yaml/node";
import type { VllmServer } from "./model";
import { isValues, valuesIn } from "./values";

/** The ScaledObjects that a values file makes a chart write. */
export function scalersOfValues(doc: SourceDocument): readonly Scaler[] {
  const root = asMap(doc.root);
  return root && isValues(root) ? stackScalers(root) : [];
}

/** The same for values inside an object; those in a string are left out, as their places are not the file's. */
export function scalersOfRelease(object: KubeObject): readonly Scaler[] {
  return valuesIn(object)
    .filter(({ doc }) => doc === object.doc)
    .flatMap(stackScalers);
}

/**
 * production-stack (from chart 0.1.9) writes a ScaledObject for each `modelSpec` entry with `keda.enabled` and without a
 * `raySpec`, from fields of the same names: https://github.com/vllm-project/production-stack, helm/templates/scaledobject-vllm.yaml
 */
function stackScalers(root: YamlMap): readonly Scaler[] {
  return stackItems(root).flatMap((item) => stackScaler(item) ?? []);
}

/** The entries of `modelSpec`: of the chart itself, or of a chart that has it as a dependency. */
function stackItems(root: YamlMap): readonly YamlMap[] {
  const charts = [root, ...root.entries.flatMap(({ value }) => asMap(value) ?? [])];
  return charts.flatMap((chart) => mapsAt(chart, "servingEngineSpec", "modelSpec"));
}

/** The entry of `modelSpec` that a server was read from. */
export function stackItemOf({ form, object, anchor, name }: VllmServer): YamlMap | undefined {
  if (form !== "helm-values") return undefined;
  const roots = object.kind === "HelmValues" ? [asMap(anchor.doc.root)] : valuesIn(object);
  return roots
    .flatMap((root) => (root ? stackItems(root) : []))
    .find((item) => item.doc === anchor.doc && knownText(item, "name") === name);
}

function stackScaler(item: YamlMap): Scaler | undefined {
  const keda = mapAt(item, "keda");
  if (!keda || scalarAt(keda, "enabled")?.value !== true || item.get("raySpec")) return undefined;
  const object: KubeObject = {
    doc: item.doc,
    node: keda,
    group: "keda.sh",
    version: "v1alpha1",
    kind: "ScaledObject",
    name: knownText(item, "name"),
    namespace: undefined,
    labels: new Map(),
    // Helm does not merge lists: what an entry does not say is said nowhere else.
    partial: item.open || keda.open,
  };
  return { ...kedaScaler(object, keda), form: "production-stack" };
}
