import { prometheusTriggers } from "../../metrics/triggers";
import type { Scaler } from "../../kubernetes/model";
import { isPlaceholder } from "../../kubernetes/known";
import { scalarAt, textAt, type YamlScalar } from "../../yaml/node";
import { rewriteQuery, placeInQuery } from "../../metrics/rewrite";
import type { View } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { concernsVllm } from "./scope";

const ADDRESS = /^(?<scheme>https?:\/\/)?(?<host>[A-Za-z0-9-]+)(?<rest>(:\d+)?(\/\S*)?)$/;
const QUERY_PATH = /\/api\/v1\/query(_range)?\/?$/;

export const serverAddressUnqualified = defineRule({
  id: "autoscaling/server-address-unqualified",
  severity: "warning",
  fix: "suggested",
  subject: "scaler",
  summary: "The address of Prometheus has no namespace, so KEDA's operator looks for it in its own.",
  why: `The query is sent by the KEDA operator, not by anything in the ScaledObject's namespace. A bare service name is completed with
the search domain of the pod that resolves it, so \`http://prometheus:9090\` means \`prometheus.keda.svc\` and is found only where Prometheus
runs in KEDA's namespace. Name the namespace: \`http://prometheus.monitoring.svc:9090\`. KEDA adds \`/api/v1/query\` to the address itself and
needs the scheme.`,
  sources: [
    "https://github.com/kedacore/keda/issues/978",
    "https://github.com/kedacore/keda/blob/main/pkg/scalers/prometheus_scaler.go",
    "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
  ],
  check(scaler, report, { view }) {
    const { namespace } = scaler.object;
    if (!concernsVllm(scaler, view)) return;
    for (const { metadata } of prometheusTriggers(scaler)) {
      const address = scalarAt(metadata, "serverAddress");
      if (!address || address.templated || isPlaceholder(address.text)) continue;
      checkPath(address, metadata.flow, report);
      const isKedas = namespace === "keda" || namespace === "openshift-keda";
      if (!isKedas) checkHost(address, metadata.flow, view, report);
    }
  },
});

function checkHost(address: YamlScalar, flow: boolean, view: View, report: Report): void {
  const groups = ADDRESS.exec(address.text)?.groups;
  const host = groups?.["host"];
  if (host === undefined || host === "localhost" || !/[A-Za-z]/.test(host)) return;
  const start = groups?.["scheme"]?.length ?? 0;
  const span = { start, end: start + host.length };
  const namespace = view.select((all) => namespaceOf(host, all));
  const qualified = `${host}.${namespace ?? "<namespace>"}.svc`;
  const fix: Fix = {
    title: `Write \`${qualified}\``,
    apply: (editor) => rewriteQuery(editor, address, [{ span, newText: qualified }], flow),
  };
  report(placeInQuery(address, span), {
    message: `\`${host}\` has no namespace: KEDA's operator resolves it in its own.`,
    advice: `Write \`${qualified}\`, with the namespace in which Prometheus runs.`,
    fixes: namespace === undefined ? [] : [fix],
  });
}

/** The one namespace in which the manifests in view have a Service of that name, or another trigger reads it. */
function namespaceOf(host: string, view: View): string | undefined {
  const found = new Set(
    view.objects("Service").map((service) => (service.name === host ? service.namespace : undefined)),
  );
  for (const namespace of namespacesRead(view.scalers()).get(host) ?? []) found.add(namespace);
  found.delete(undefined);
  return found.size === 1 ? [...found][0] : undefined;
}

const read = new WeakMap<readonly Scaler[], ReadonlyMap<string, ReadonlySet<string>>>();

/** The namespaces of each service that a trigger in view asks by its full name. */
function namespacesRead(scalers: readonly Scaler[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = read.get(scalers);
  if (known) return known;
  const found = new Map<string, Set<string>>();
  for (const { metadata } of scalers.flatMap(prometheusTriggers)) {
    const address = textAt(metadata, "serverAddress") ?? "";
    const [, host, namespace] = /^https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc|[:/]|$)/.exec(address) ?? [];
    if (host !== undefined && namespace !== undefined)
      found.set(host, (found.get(host) ?? new Set()).add(namespace));
  }
  read.set(scalers, found);
  return found;
}

function checkPath(address: YamlScalar, flow: boolean, report: Report): void {
  const path = QUERY_PATH.exec(address.text);
  if (path) {
    const span = { start: path.index, end: address.text.length };
    report(placeInQuery(address, span), {
      message: `KEDA adds \`/api/v1/query\` to \`serverAddress\` itself: \`${path[0]}\` stands there twice.`,
      advice: "Give the address alone.",
      fixes: [
        {
          title: `Delete \`${path[0]}\``,
          apply: (editor) => rewriteQuery(editor, address, [{ span, newText: "" }], flow),
        },
      ],
    });
  }
  if (/^[a-z][a-z]+:\/\//.test(address.text) || address.text.trim() === "") return;
  const span = { start: 0, end: address.text.length };
  const at = { start: 0, end: 0 };
  report(placeInQuery(address, span), {
    message: `\`${address.text}\` has no scheme: KEDA cannot make a request of it.`,
    advice: "Begin with `http://` or `https://`.",
    fixes: [
      {
        title: "Begin with `http://`",
        apply: (editor) => rewriteQuery(editor, address, [{ span: at, newText: "http://" }], flow),
      },
    ],
  });
}
