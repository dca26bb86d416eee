import type { KubeObject } from "../kubernetes/model";
import type { YamlMap, YamlScalar } from "../yaml/node";

/** A PromQL expression in a manifest. Spans inside it come from `text.spanOf`. */
export interface QuerySite {
  readonly object: KubeObject;
  readonly place: "keda-trigger" | "alert" | "recording" | "adapter" | "dashboard" | "values";
  /** The map that holds the expression: the trigger's metadata, the rule. */
  readonly node: YamlMap;
  readonly text: YamlScalar;
}
