import { span } from "../../base/span";
import type { Scaler } from "../../kubernetes/model";
import type { YamlEditor } from "../../yaml/edit";
import { contentEnd, formatBlock, indentOf, type Plain } from "../../yaml/format";
import { mapAt, scalarAt, spotOf, type YamlEntry, type YamlMap } from "../../yaml/node";

/** What a ScaledObject has that an HPA has not. */
export interface ScaledObjectParts {
  readonly triggers: Plain;
  readonly fallback: Plain;
  /** Used when the HPA has no behavior of its own. */
  readonly behavior: Plain;
}

/** True when an HPA can be turned into a ScaledObject by changing its lines. */
export function isConvertible(scaler: Scaler): boolean {
  const { node, partial } = scaler.object;
  const spec = mapAt(node, "spec");
  return (
    !partial &&
    !node.flow &&
    !node.open &&
    spec !== undefined &&
    !spec.flow &&
    !spec.open &&
    !spec.entry("<<")
  );
}

/**
 * Rewrites an HPA as a ScaledObject in place, so that its name, labels, comments, target, bounds and behavior stay as they are
 * written.
 */
export function convertHpa(editor: YamlEditor, scaler: Scaler, parts: ScaledObjectParts): void {
  const { node } = scaler.object;
  const spec = mapAt(node, "spec");
  const apiVersion = scalarAt(node, "apiVersion");
  const kind = scalarAt(node, "kind");
  if (!spec || !apiVersion || !kind) return;
  editor.setScalar(apiVersion, "keda.sh/v1alpha1");
  editor.setScalar(kind, "ScaledObject");
  const minimum = spec.entry("minReplicas");
  if (minimum) editor.replace(spotOf(minimum.key), "minReplicaCount");
  else editor.setEntry(spec, "minReplicaCount", 1);
  const maximum = spec.entry("maxReplicas");
  if (maximum) editor.replace(spotOf(maximum.key), "maxReplicaCount");
  editor.setEntry(spec, "fallback", parts.fallback);
  const behavior = spec.entry("behavior");
  if (behavior?.value) nestBehavior(editor, spec, behavior);
  else editor.setEntry(spec, "advanced", { horizontalPodAutoscalerConfig: { behavior: parts.behavior } });
  const metrics = spec.entry("metrics") ?? spec.entry("targetCPUUtilizationPercentage");
  if (metrics) replaceEntry(editor, spec, metrics, "triggers", parts.triggers);
  else editor.setEntry(spec, "triggers", parts.triggers);
}

/** Moves the behavior block as it stands, comments included, to where KEDA takes it from. */
function nestBehavior(editor: YamlEditor, spec: YamlMap, { key, value }: YamlEntry): void {
  if (!value) return;
  const indent = " ".repeat(indentOf(spec));
  const at = span(key.span.start, contentEnd(value));
  const block = spec.doc.text.slice(at.start, at.end).replace(/\n(?=[ \t]*\S)/g, "\n    ");
  editor.replace(
    { doc: spec.doc, span: at },
    `advanced:\n${indent}  horizontalPodAutoscalerConfig:\n${indent}    ${block}`,
  );
}

/** Puts another key with a value of its own in an entry's place. */
export function replaceEntry(
  editor: YamlEditor,
  map: YamlMap,
  { key, value }: YamlEntry,
  name: string,
  plain: Plain,
): void {
  const at = span(key.span.start, contentEnd(value ?? key));
  const lines = formatBlock(name, plain, indentOf(map)).trimStart().replace(/\n$/, "");
  editor.replace({ doc: map.doc, span: at }, lines);
}
