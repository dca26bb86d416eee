/**
 * What the APIs take of the objects that are generated, closed, so that a misspelt field fails. KEDA 2.20
 * (config/crd/bases/keda.sh_scaledobjects.yaml), Kubernetes autoscaling/v2, the Prometheus operator's monitoring.coreos.com/v1, KServe
 * (pkg/apis/serving/v1beta1/component.go and v1alpha2/llm_inference_service_types.go) and production-stack's helm/values.yaml, chart 0.1.12.
 */
const text = { type: "string", minLength: 1 } as const;
const count = { type: "integer", minimum: 0 } as const;
const labels = { type: "object", additionalProperties: { type: "string" } } as const;

const closed = (
  required: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object => ({
  type: "object",
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
});
const list = (items: object): object => ({ type: "array", minItems: 1, items });

const object = (apiVersion: string, kind: string, rest: Readonly<Record<string, object>>): object =>
  closed({
    apiVersion: { const: apiVersion },
    kind: { const: kind },
    metadata: closed({ name: text }, { namespace: text, labels, annotations: labels }),
    ...rest,
  });

const policy = closed({
  type: { enum: ["Pods", "Percent"] },
  value: { type: "integer", minimum: 1 },
  periodSeconds: { type: "integer", minimum: 1, maximum: 1800 },
});
const direction = closed(
  {},
  {
    policies: list(policy),
    selectPolicy: { enum: ["Max", "Min", "Disabled"] },
    stabilizationWindowSeconds: { type: "integer", minimum: 0, maximum: 3600 },
  },
);
const behavior = closed({}, { scaleUp: direction, scaleDown: direction });
const target = closed({ apiVersion: text, kind: text, name: text });

const trigger = closed(
  {
    type: { const: "prometheus" },
    metadata: closed(
      { serverAddress: text, query: text, threshold: { type: "string", pattern: "^\\d+(\\.\\d+)?$" } },
      { ignoreNullValues: { enum: ["true", "false"] } },
    ),
  },
  { name: text },
);

const podsMetric = closed({
  type: { const: "Pods" },
  pods: closed({
    metric: closed({ name: text }),
    target: closed({
      type: { const: "AverageValue" },
      averageValue: { type: "string", pattern: "^\\d+m?$" },
    }),
  }),
});

const endpoint = { path: text, interval: { type: "string", pattern: "^\\d+s$" } };
const selector = closed({ matchLabels: labels });

const keda = {
  fallback: closed(
    { failureThreshold: count, replicas: count },
    {
      behavior: {
        enum: ["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"],
      },
    },
  ),
  advanced: closed({ horizontalPodAutoscalerConfig: closed({ behavior }) }),
  triggers: list(trigger),
};

const externalMetric = closed({
  type: { const: "External" },
  external: closed({
    metric: closed({ backend: { const: "prometheus" }, serverAddress: text, query: text }),
    target: closed({ type: { const: "Value" }, value: { type: "string", pattern: "^\\d+(\\.\\d+)?$" } }),
  }),
});

/** Values have no kind; the schema of the part that is generated. */
export const STACK_VALUES = closed({
  servingEngineSpec: closed({
    modelSpec: list(
      closed({
        name: text,
        keda: closed({ enabled: { const: true }, minReplicaCount: count, maxReplicaCount: count, ...keda }),
      }),
    ),
  }),
});

export const SCHEMAS: Readonly<Record<string, object>> = {
  ScaledObject: object("keda.sh/v1alpha1", "ScaledObject", {
    spec: closed({
      scaleTargetRef: target,
      minReplicaCount: count,
      maxReplicaCount: count,
      ...keda,
    }),
  }),
  HorizontalPodAutoscaler: object("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: closed({
      scaleTargetRef: target,
      minReplicas: count,
      maxReplicas: count,
      behavior,
      metrics: list(podsMetric),
    }),
  }),
  ConfigMap: object("v1", "ConfigMap", {
    data: { type: "object", additionalProperties: { type: "string" } },
  }),
  PrometheusRule: object("monitoring.coreos.com/v1", "PrometheusRule", {
    spec: closed({
      groups: list(
        closed({
          name: text,
          rules: list(closed({ alert: text, expr: text, for: text, labels, annotations: labels })),
        }),
      ),
    }),
  }),
  PodMonitor: object("monitoring.coreos.com/v1", "PodMonitor", {
    spec: closed({
      selector,
      podMetricsEndpoints: list(closed(endpoint, { port: text, portNumber: count })),
    }),
  }),
  ServiceMonitor: object("monitoring.coreos.com/v1", "ServiceMonitor", {
    spec: closed({ selector, endpoints: list(closed({ ...endpoint, port: text })) }),
  }),
  InferenceService: object("serving.kserve.io/v1beta1", "InferenceService", {
    spec: closed({
      predictor: closed({
        minReplicas: count,
        maxReplicas: count,
        autoScaling: closed({ metrics: list(externalMetric), behavior }),
      }),
    }),
  }),
  LLMInferenceService: object("serving.kserve.io/v1alpha2", "LLMInferenceService", {
    spec: closed({ scaling: closed({ minReplicas: count, maxReplicas: count, keda: closed(keda) }) }),
  }),
};
