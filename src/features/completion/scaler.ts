import { own } from "../../base/own";
import { knownText } from "../../kubernetes";
import { scalarAt } from "../../yaml/node";
import { endsWith } from "./path";
import type { Proposal } from "./proposal";
import { keyChoices, valueChoices, type Choice } from "./simple";
import type { Site } from "./site";

/** KEDA's prometheus scaler: https://keda.sh/docs/2.20/scalers/prometheus/ */
const KEYS: readonly Choice[] = [
  {
    label: "serverAddress",
    detail: "required",
    documentation: "Address of Prometheus, with its namespace: KEDA asks from its own.",
  },
  {
    label: "query",
    detail: "required",
    documentation: "PromQL that gives one number for the whole workload.",
  },
  {
    label: "threshold",
    text: '"5"',
    detail: "required",
    documentation: "The query's value per replica (AverageValue), or in all (Value).",
  },
  {
    label: "activationThreshold",
    text: '"0"',
    documentation: "Above this, KEDA goes from zero to one replica.",
  },
  {
    label: "ignoreNullValues",
    text: '"false"',
    documentation: "Whether an empty answer counts as zero. `false` makes it an error, and replicas stay.",
  },
  { label: "unsafeSsl", text: '"false"', documentation: "Skips the check of Prometheus' certificate." },
  { label: "namespace", documentation: "Namespace for a query through Thanos or a proxy that wants one." },
  { label: "authModes", documentation: "How KEDA proves itself: bearer, basic, tls, custom." },
  {
    label: "customHeaders",
    documentation: "Headers as `Name=value`, comma-separated; `X-Scope-OrgID` for Mimir and Cortex.",
  },
  { label: "queryParameters", documentation: "Parameters added to each query, as `name=value`." },
  { label: "timeout", text: '"1000"', documentation: "Milliseconds to wait for Prometheus." },
];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  ignoreNullValues: ["false", "true"],
  unsafeSsl: ["false", "true"],
  authModes: ["bearer", "basic", "tls", "custom"],
};

/** Triggers of a ScaledObject or ScaledJob. */
export function scalerProposals(site: Site): readonly Proposal[] | undefined {
  const { path, nodes } = site;
  const kind = knownText(nodes[0], "kind");
  if ((kind !== "ScaledObject" && kind !== "ScaledJob") || !path.includes("triggers")) return undefined;
  if (site.isKey)
    return endsWith(path, "triggers", "*", "metadata") && isPrometheus(site)
      ? keyChoices(site, "key", KEYS)
      : undefined;
  if (endsWith(path, "triggers", "*", "type"))
    return valueChoices(site, "value", [{ label: "prometheus", detail: "a query on vLLM's metrics" }]);
  if (endsWith(path, "triggers", "*", "metricType")) {
    return valueChoices(site, "value", [
      { label: "AverageValue", detail: "the threshold is one replica's share; the default" },
      { label: "Value", detail: "the threshold is the query's value as it is" },
    ]);
  }
  if (!endsWith(path, "triggers", "*", "metadata", "*")) return undefined;
  const key = String(path.at(-1));
  if (key === "serverAddress") return valueChoices(site, "value", addresses(site));
  const known = own(VALUES, key);
  return (
    known &&
    valueChoices(
      site,
      "value",
      known.map((label) => ({ label })),
    )
  );
}

function isPrometheus({ nodes, path }: Site): boolean {
  const trigger = nodes[path.indexOf("triggers") + 2];
  const type = scalarAt(trigger, "type");
  return type === undefined || type.text === "prometheus";
}

/** Those of the other scalers here, then where the usual charts put Prometheus. */
function addresses({ folder, doc }: Site): readonly Choice[] {
  const own = folder
    .scalers()
    .flatMap(({ object, signals }) =>
      object.doc === doc
        ? []
        : signals.flatMap(({ node }) => knownText(node, "metadata", "serverAddress") ?? []),
    );
  const usual = [
    "http://prometheus-operated.monitoring.svc:9090",
    "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
    "http://prometheus-server.monitoring.svc:80",
  ];
  return [
    ...[...new Set(own)].map((label) => ({ label, detail: "used in this folder" })),
    ...usual.filter((address) => !own.includes(address)).map((label) => ({ label, detail: "usual" })),
  ];
}
