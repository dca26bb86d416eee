import { matchesSelector } from "../../kubernetes/selectors";
import type { KubeObject } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { mapAt, scalarAt, spotOf, textAt, type YamlMap, type YamlScalar } from "../../yaml/node";
import type { View } from "../context";
import { defineRule, type Fix, type Report } from "../define";
import { scalersOf } from "../scaled";
import { count } from "../wording";

export const pdbIneffective = defineRule({
  id: "scheduling/pdb-ineffective",
  severity: "warning",
  fix: "suggested",
  subject: "object",
  summary: "A PodDisruptionBudget of a vLLM server selects nothing, or lets no pod be evicted at all.",
  why: `A budget without a selector covers no pod. One that leaves no room, \`minAvailable\` as high as the number of replicas or \`maxUnavailable: 0\`, makes every drain
of the node wait for ever: upgrades and the cluster autoscaler get stuck, until somebody deletes the pod by hand and the server is gone anyway. With one
replica there is no room by definition. No budget holds back a Spot reclaim or a failing node.`,
  sources: [
    "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
    "vllm/examples/online_serving/chart-helm/templates/poddisruptionbudget.yaml",
  ],
  check(object, report, { view }) {
    const spec = mapAt(object.node, "spec");
    if (
      object.group !== "policy" ||
      object.kind !== "PodDisruptionBudget" ||
      !spec ||
      object.partial ||
      spec.open
    )
      return;
    const selector = mapAt(spec, "selector");
    if (!selector || selector.entries.length === 0)
      return reportNoSelector(object, spec, selector, view, report);
    const covered = serversUnder(object, selector, view);
    const replicas = leastReplicas(covered, view);
    if (replicas !== undefined) reportNoRoom(spec, covered, replicas, report);
  },
});

/** Only where everything in view is vLLM, or the names say so: other workloads' budgets are not our business. */
function reportNoSelector(
  object: KubeObject,
  spec: YamlMap,
  selector: YamlMap | undefined,
  view: View,
  report: Report,
): void {
  // An empty selector of policy/v1 covers the whole namespace; a missing one covers nothing.
  if (selector || spec.get("selector") !== undefined || object.version !== "v1") return;
  const owner = view.select((all) =>
    all
      .servers()
      .find(
        ({ object: workload }) =>
          workload.namespace === object.namespace &&
          workload.name !== undefined &&
          (object.name ?? "").startsWith(workload.name),
      ),
  );
  if (!owner?.pod) return;
  const labels = mapAt(owner.object.node, "spec", "selector", "matchLabels");
  const first = object.node.entry("spec");
  report(first ? spotOf(first.key) : spotOf(object.node), {
    message: "The budget has no selector and covers no pod.",
    advice: `Select the pods of \`${owner.object.name ?? ""}\`.`,
    severity: "error",
    fixes: labels && !spec.flow ? [selectFix(spec, labels)] : [],
  });
}

function selectFix(spec: YamlMap, labels: YamlMap): Fix {
  const wanted = Object.fromEntries(
    labels.entries.map(({ key, value }) => [key.text, value?.kind === "scalar" ? value.text : ""]),
  );
  return {
    title: "Select the server's pods",
    apply: (editor) => editor.setEntry(spec, "selector", { matchLabels: wanted }),
  };
}

function serversUnder(object: KubeObject, selector: YamlMap, view: View): readonly VllmServer[] {
  return view.select((all) =>
    all
      .servers()
      .filter(
        ({ pod, object: workload }) =>
          pod !== undefined &&
          !pod.partial &&
          workload.namespace === object.namespace &&
          /^(Deployment|StatefulSet)$/.test(workload.kind) &&
          matchesSelector(selector, pod.labels) === true,
      ),
  );
}

/** Pods that are there at least; undefined when unknown, or when several workloads share the budget. */
function leastReplicas(servers: readonly VllmServer[], view: View): number | undefined {
  const [server, ...others] = servers;
  if (!server?.pod || others.some(({ object }) => object !== server.object)) return undefined;
  const scalers = scalersOf(server, view);
  if (scalers.length > 0) return undefined;
  // A workload that leaves its replicas out may be scaled by something that is not in view.
  return server.pod.replicas;
}

function reportNoRoom(spec: YamlMap, servers: readonly VllmServer[], replicas: number, report: Report): void {
  if (replicas < 1) return;
  const least = scalarAt(spec, "minAvailable");
  const most = scalarAt(spec, "maxUnavailable");
  const kept = least && podsOf(least, replicas, Math.ceil);
  const freed = most && podsOf(most, replicas, Math.ceil);
  const isTight = (kept !== undefined && kept >= replicas) || freed === 0;
  const node = least ?? most;
  if (!isTight || !node) return;
  const key = least ? "minAvailable" : "maxUnavailable";
  const always = textAt(spec, "unhealthyPodEvictionPolicy") === "AlwaysAllow";
  const workload = servers[0]?.object;
  report(spotOf(node), {
    message: `\`${key}: ${node.text}\` with ${count(replicas, "replica")} lets no pod be evicted: a node with one can never be drained.`,
    advice: replicas === 1 ? "Allow one to be away, or run a second replica." : "Allow one to be away.",
    severity: always ? "info" : "warning",
    related:
      workload?.name === undefined
        ? []
        : [{ at: spotOf(workload.node.entry("kind")?.key ?? workload.node), message: "The workload" }],
    fixes: spec.flow ? [] : [roomFix(spec, key)],
  });
}

/** As the disruption controller counts: percentages are rounded up (k8s.io/apimachinery, GetScaledValueFromIntOrPercent). */
function podsOf(node: YamlScalar, replicas: number, round: (n: number) => number): number | undefined {
  if (node.templated) return undefined;
  const percent = /^(\d+)%$/.exec(node.text);
  if (percent) return round((Number(percent[1]) * replicas) / 100);
  return /^\d+$/.test(node.text) ? Number(node.text) : undefined;
}

function roomFix(spec: YamlMap, key: string): Fix {
  return {
    title: "Set `maxUnavailable` to `1`",
    apply(editor) {
      const entry = spec.entry(key);
      if (key === "maxUnavailable") editor.setEntry(spec, key, 1);
      else if (entry?.value)
        editor.replace(
          { doc: spec.doc, span: { start: entry.key.span.start, end: entry.value.span.end } },
          "maxUnavailable: 1",
        );
    },
  };
}
