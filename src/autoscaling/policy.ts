import type { Scaler, ScalerSignal } from "../kubernetes/model";
import { parseQuantity } from "../kubernetes/quantity";
import { mapAt, mapsAt, numberAt, scalarAt, textAt, type YamlMap } from "../yaml/node";
import { DEFAULT_BEHAVIOR, type Behavior, type ScalingPolicy, type ScalingRules } from "./behavior";
import { DEFAULT_TOLERANCE, type Tolerance } from "./desired";
import { parseFormula, type Formula } from "./formula";
import type { Fallback } from "./keda";

/** One metric of an HPA or trigger of a ScaledObject with numbers that are known. */
export interface ScaledMetric {
  readonly signal: ScalerSignal;
  /** The trigger's name, for a formula. */
  readonly name: string | undefined;
  readonly metricType: "AverageValue" | "Value" | "Utilization";
  readonly target: number;
  readonly activation: number;
  readonly ignoreNullValues: boolean;
}

/** Several triggers made into one metric. */
export interface Composed {
  readonly formula: Formula;
  readonly target: number;
  readonly activation: number;
  readonly metricType: "AverageValue" | "Value";
}

/** An autoscaler with every number resolved: as written, or the default of the API that reads it. */
export interface Policy {
  readonly scaler: Scaler;
  /** Bounds of the HPA: KEDA makes its minimum at least 1. */
  readonly minimum: number;
  readonly maximum: number;
  readonly behavior: Behavior | undefined;
  readonly tolerance: Tolerance;
  readonly metrics: readonly ScaledMetric[];
  readonly composed: Composed | undefined;
  readonly fallback: Fallback | undefined;
  /** Undefined for an HPA of one's own. */
  readonly keda: KedaSettings | undefined;
}

export interface KedaSettings {
  readonly minimum: number;
  readonly idle: number | undefined;
  readonly pollingSeconds: number;
  readonly cooldownSeconds: number;
  readonly initialCooldownSeconds: number;
}

/** KEDA's defaults: apis/keda/v1alpha1/scaledobject_types.go and docs 2.20. */
const KEDA = { maximum: 100, polling: 30, cooldown: 300, failures: 3 };

/** The policy of a scaler, or the sentence that tells why it cannot be worked out. */
export function policyOf(scaler: Scaler): Policy | { readonly problem: string } {
  const reader = new Reader(scaler);
  const policy = reader.read();
  return reader.problem === undefined && policy ? policy : { problem: reader.problem ?? NOT_COMPLETE };
}

const NOT_COMPLETE = "The autoscaler is not complete: it has no `spec`.";

class Reader {
  problem: string | undefined;

  constructor(private readonly scaler: Scaler) {}

  read(): Policy | undefined {
    const { scaler } = this;
    const spec = scaler.spec ?? scaler.ownSpec;
    if (!spec) return undefined;
    const isKeda = scaler.type === "keda";
    const config = isKeda ? mapAt(spec, "advanced", "horizontalPodAutoscalerConfig") : spec;
    const { written, maximum } = scaler.spec ? this.bounds(scaler.spec, isKeda) : this.ownBounds();
    const minimum = Math.max(1, written);
    if (maximum < minimum) this.fail(`The most replicas, ${maximum}, are fewer than the least, ${minimum}.`);
    if (maximum > MOST) this.fail(`${maximum} replicas are more than can be worked out here (${MOST}).`);
    const behavior = mapAt(config, "behavior");
    return {
      scaler,
      minimum,
      maximum,
      behavior:
        scaler.form === "inference-service"
          ? this.windows(mapAt(spec, "behavior"))
          : behavior && this.behavior(behavior),
      tolerance: {
        up: this.number(behavior, ["scaleUp", "tolerance"], DEFAULT_TOLERANCE.up, 0),
        down: this.number(behavior, ["scaleDown", "tolerance"], DEFAULT_TOLERANCE.down, 0),
      },
      metrics: this.metrics(),
      composed: this.composed(mapAt(spec, "advanced", "scalingModifiers")),
      fallback: this.fallback(mapAt(spec, "fallback")),
      keda: isKeda ? this.keda(spec, written) : undefined,
    };
  }

  private bounds(spec: YamlMap, isKeda: boolean): { written: number; maximum: number } {
    return isKeda
      ? {
          written: this.whole(spec, "minReplicaCount", 0, 0),
          maximum: this.whole(spec, "maxReplicaCount", KEDA.maximum, 0),
        }
      : { written: this.whole(spec, "minReplicas", 1, 0), maximum: this.whole(spec, "maxReplicas", 0, 0) };
  }

  /** KServe starts with one replica, and takes the minimum for a maximum that is below it. */
  private ownBounds(): { written: number; maximum: number } {
    const { minReplicas: written = 1, maxReplicas = 0 } = this.scaler;
    return { written, maximum: Math.max(maxReplicas, written, 1) };
  }

  /** Of an InferenceService's behavior KServe hands on the two windows and nothing else (`keda_reconciler.go`, 0.20). */
  private windows(node: YamlMap | undefined): Behavior {
    const read = (direction: string, otherwise: ScalingRules): ScalingRules => {
      const rules = mapAt(node, direction);
      const key = "stabilizationWindowSeconds";
      return rules
        ? { ...otherwise, windowSeconds: this.whole(rules, key, otherwise.windowSeconds, 0) }
        : otherwise;
    };
    return { up: read("scaleUp", DEFAULT_BEHAVIOR.up), down: read("scaleDown", DEFAULT_BEHAVIOR.down) };
  }

  private keda(spec: YamlMap, minimum: number): KedaSettings {
    return {
      minimum,
      idle: spec.get("idleReplicaCount") ? this.whole(spec, "idleReplicaCount", 0, 0) : undefined,
      pollingSeconds: this.whole(spec, "pollingInterval", KEDA.polling, 1),
      cooldownSeconds: this.whole(spec, "cooldownPeriod", KEDA.cooldown, 0),
      initialCooldownSeconds: this.whole(spec, "initialCooldownPeriod", 0, 0),
    };
  }

  private behavior(node: YamlMap): Behavior {
    return {
      up: this.rules(mapAt(node, "scaleUp"), DEFAULT_BEHAVIOR.up),
      down: this.rules(mapAt(node, "scaleDown"), DEFAULT_BEHAVIOR.down),
    };
  }

  private rules(node: YamlMap | undefined, otherwise: ScalingRules): ScalingRules {
    if (!node) return otherwise;
    const select = textAt(node, "selectPolicy") ?? "Max";
    if (select !== "Max" && select !== "Min" && select !== "Disabled")
      this.fail(`\`selectPolicy: ${select}\` is none of Max, Min and Disabled.`);
    const policies = mapsAt(node, "policies").map((policy) => this.policy(policy));
    return {
      windowSeconds: this.whole(node, "stabilizationWindowSeconds", otherwise.windowSeconds, 0),
      select: select as ScalingRules["select"],
      policies: policies.length > 0 ? policies : otherwise.policies,
    };
  }

  private policy(node: YamlMap): ScalingPolicy {
    const type = textAt(node, "type");
    if (type !== "Pods" && type !== "Percent")
      this.fail("A scaling policy has a type other than Pods and Percent.");
    return {
      type: type === "Percent" ? "Percent" : "Pods",
      value: this.whole(node, "value", NaN, 1),
      periodSeconds: this.whole(node, "periodSeconds", NaN, 1),
    };
  }

  private metrics(): readonly ScaledMetric[] {
    const { scaler } = this;
    return scaler.signals.flatMap((signal) => {
      const { metadata } = signal;
      const target = numberOf(signal);
      if (target !== undefined && !(target > 0))
        this.fail(`A target of ${target} is refused: it has to be above 0.`);
      if (signal.metricType === undefined || target === undefined || !(target > 0)) return [];
      return {
        signal,
        name: textAt(signal.node, "name"),
        metricType: signal.metricType,
        target,
        activation: numberAt(metadata, "activationThreshold") ?? 0,
        ignoreNullValues: textAt(metadata, "ignoreNullValues") !== "false",
      };
    });
  }

  private composed(node: YamlMap | undefined): Composed | undefined {
    if (!node) return undefined;
    const formula = parseFormula(textAt(node, "formula") ?? "");
    const target = numberAt(node, "target");
    if (!formula) this.fail("The formula of `scalingModifiers` is not understood.");
    if (target === undefined || !(target > 0))
      this.fail("`scalingModifiers.target` is not a positive number.");
    if (!formula || target === undefined) return undefined;
    const type = textAt(node, "metricType");
    const activation = numberAt(node, "activationTarget") ?? 0;
    return { formula, target, activation, metricType: type === "Value" ? "Value" : "AverageValue" };
  }

  private fallback(node: YamlMap | undefined): Fallback | undefined {
    if (!node) return undefined;
    const behavior = textAt(node, "behavior") ?? "static";
    const known = FALLBACKS.find((each) => each === behavior);
    if (!known) this.fail(`\`fallback.behavior: ${behavior}\` is not one that KEDA knows.`);
    return {
      failureThreshold: this.whole(node, "failureThreshold", KEDA.failures, 0),
      replicas: this.whole(node, "replicas", 0, 0),
      behavior: known ?? "static",
    };
  }

  private whole(node: YamlMap, key: string, otherwise: number, least: number): number {
    const value = this.number(node, [key], otherwise, least);
    if (!Number.isInteger(value)) this.fail(`\`${key}\` is not a whole number.`);
    return value;
  }

  private number(
    node: YamlMap | undefined,
    path: readonly string[],
    otherwise: number,
    least: number,
  ): number {
    if (scalarAt(node, ...path) === undefined) return otherwise;
    const value = numberAt(node, ...path);
    const name = path.at(-1) ?? "";
    if (value === undefined) this.fail(`\`${name}\` is not known.`);
    else if (value < least) this.fail(`\`${name}: ${value}\` is below ${least}.`);
    return value ?? otherwise;
  }

  private fail(problem: string): void {
    this.problem ??= problem;
  }
}

/** Above this a run takes more memory and time than it is worth. */
const MOST = 1000;

const FALLBACKS = ["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"] as const;

/** The threshold as a number, in Kubernetes' quantity forms too: `800m` is 0.8, and 50 of a utilisation is a half. */
function numberOf({ threshold, metricType }: ScalerSignal): number | undefined {
  const quantity = threshold && !threshold.templated ? parseQuantity(threshold.text.trim()) : undefined;
  if (!quantity) return undefined;
  const value = Number(quantity.nano) / 1e9;
  return metricType === "Utilization" ? value / 100 : value;
}
