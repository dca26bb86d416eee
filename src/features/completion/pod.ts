import { gpuEntries } from "../../data/gpus";
import { findLabel, labelValues, nodeLabels } from "./node-label-values";
import { scalarAt } from "../../yaml/node";
import type { VllmServer } from "../../vllm/model";
import { itemsOf } from "../../kubernetes/containers";
import { knownText } from "../../kubernetes";
import { endsWith } from "./path";
import type { Proposal } from "./proposal";
import { keyChoices, valueChoices, type Choice } from "./simple";
import type { Site } from "./site";

/** What a server's pod asks of its node and what asks it whether it lives: resources, node labels, probes. */
export function podProposals(site: Site): readonly Proposal[] | undefined {
  if (site.scalar.templated) return undefined;
  if (site.isKey) return resources(site) ?? labelKeys(site);
  return labelValuesAt(site) ?? probes(site);
}

function resources(site: Site): readonly Proposal[] | undefined {
  const { path, server } = site;
  if (!server || !(endsWith(path, "resources", "limits") || endsWith(path, "resources", "requests")))
    return undefined;
  const plain = [...new Set(gpuEntries().map(({ resource }) => resource))].filter((name) =>
    name.includes("/"),
  );
  const slices = new Set(
    gpuEntries().flatMap(({ mig }) => (mig ?? []).map(({ profile }) => `nvidia.com/mig-${profile}`)),
  );
  const count = server.engine.integer("--tensor-parallel-size");
  const text = count.known && count.origin.kind !== "default" ? String(count.value) : "1";
  const names = [
    "nvidia.com/gpu",
    ...plain.filter((name) => name !== "nvidia.com/gpu"),
    ...[...slices].sort(),
  ];
  return keyChoices(
    site,
    "resource",
    names.map((label) => ({ label, text, detail: label.includes("mig-") ? "slice of a GPU" : "whole GPUs" })),
  );
}

/** The server of the pod spec that the cursor is in. */
export function podServer(site: Site): VllmServer | undefined {
  const { folder, doc, file, nodes } = site;
  return folder.serversIn(doc, file).find(({ pod }) => pod !== undefined && nodes.includes(pod.spec));
}

function labelKeys(site: Site): readonly Proposal[] | undefined {
  if (!endsWith(site.path, "nodeSelector") || !podServer(site)) return undefined;
  return keyChoices(
    site,
    "label",
    nodeLabels().map(({ key, cloud }) => ({ label: key, detail: cloud })),
  );
}

function labelValuesAt(site: Site): readonly Proposal[] | undefined {
  const { path, nodes } = site;
  const expression = nodes[nodes.length - (endsWith(path, "values", "*") ? 3 : 2)];
  if (
    endsWith(path, "matchExpressions", "*", "key") &&
    endsWith(path.slice(0, -3), "nodeSelectorTerms", "*")
  ) {
    return (
      podServer(site) &&
      valueChoices(
        site,
        "label",
        nodeLabels().map(({ key, cloud }) => ({ label: key, detail: cloud })),
      )
    );
  }
  const key = endsWith(path, "nodeSelector", "*")
    ? String(path.at(-1))
    : endsWith(path, "matchExpressions", "*", "values", "*")
      ? scalarAt(expression, "key")?.text
      : undefined;
  if (key === undefined || !findLabel(key) || !podServer(site)) return undefined;
  return valueChoices(site, "label", labelValues(key));
}

const PATHS: readonly Choice[] = [
  { label: "/health", detail: "200 once the model is loaded and the engine lives" },
  { label: "/v1/models", detail: "lists the models; asks the API server, not the engine" },
  { label: "/ping", detail: "as /health, in SageMaker's form" },
];

function probes(site: Site): readonly Proposal[] | undefined {
  const { path, server } = site;
  if (!server?.container || !/Probe$/.test(String(path.at(-3)))) return undefined;
  if (endsWith(path, "httpGet", "path")) return valueChoices(site, "path", PATHS);
  return endsWith(path, "httpGet", "port") || endsWith(path, "tcpSocket", "port")
    ? valueChoices(site, "name", portsOf(server))
    : undefined;
}

/** The container's ports by name and number, and the one that the server listens on. */
function portsOf(server: VllmServer): readonly Choice[] {
  const choices = new Map<string, Choice>();
  const listens = server.engine.integer("--port");
  if (listens.known)
    choices.set(String(listens.value), {
      label: String(listens.value),
      detail: "vLLM listens here",
      bare: true,
    });
  for (const item of server.container ? itemsOf(server.container, "ports") : []) {
    const [name, number] = [knownText(item, "name"), knownText(item, "containerPort")];
    if (name !== undefined)
      choices.set(name, { label: name, detail: number === undefined ? "" : `port ${number}` });
    if (number !== undefined && !choices.has(number))
      choices.set(number, { label: number, detail: name ?? "", bare: true });
  }
  return [...choices.values()];
}
