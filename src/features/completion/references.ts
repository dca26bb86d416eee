import { knownText, podTemplatesOf, volumesOf, type KubeObject, type PodTemplate } from "../../kubernetes";
import { itemsOf } from "../../kubernetes/containers";
import { matchesLabels } from "../../kubernetes/selectors";
import { serviceOf } from "../../kubernetes/services";
import { mapAt } from "../../yaml/node";
import { NAME_FIELDS, WORKLOADS } from "../navigation/name-fields";
import { endsWith } from "./path";
import type { Proposal } from "./proposal";
import { keyChoices, valueChoices, type Choice } from "./simple";
import type { Site } from "./site";

/** Names, keys, ports and labels of the other objects in view. Nothing in view leaves the place to others. */
export function referenceProposals(site: Site): readonly Proposal[] | undefined {
  if (site.scalar.templated) return undefined;
  const found = site.isKey ? labels(site) : (names(site) ?? keys(site) ?? ports(site) ?? volumes(site));
  return found && found.length > 0 ? found : undefined;
}

function names(site: Site): readonly Proposal[] | undefined {
  const rule = NAME_FIELDS.find(([end]) => endsWith(site.path, ...end));
  if (!rule) return undefined;
  const named = rule[1].flatMap((kind) => inView(site, kind));
  const kind = endsWith(site.path, "scaleTargetRef", "name")
    ? knownText(site.nodes.at(-2), "kind")
    : undefined;
  const choices = named.filter((object) => kind === undefined || object.kind === kind).flatMap(nameChoice);
  return valueChoices(site, "name", unique(choices));
}

function nameChoice({ name, kind }: KubeObject): readonly Choice[] {
  return name === undefined ? [] : [{ label: name, detail: kind }];
}

function inView({ folder, doc, nodes }: Site, kind: string): readonly KubeObject[] {
  const namespace = knownText(nodes[0], "metadata", "namespace");
  return folder.objectsOfKind(kind).filter((object) => object.doc !== doc && object.namespace === namespace);
}

/** The keys of the ConfigMap or Secret that is named beside. */
function keys(site: Site): readonly Proposal[] | undefined {
  const kind = endsWith(site.path, "configMapKeyRef", "key")
    ? "ConfigMap"
    : endsWith(site.path, "secretKeyRef", "key")
      ? "Secret"
      : undefined;
  if (kind === undefined) return undefined;
  const name = knownText(site.nodes.at(-2), "name");
  const object = inView(site, kind).find((each) => each.name === name);
  const entries = ["data", "stringData"].flatMap((field) => mapAt(object?.node, field)?.entries ?? []);
  return valueChoices(
    site,
    "name",
    entries.map(({ key }) => ({ label: key.text, detail: `key of ${name ?? ""}` })),
  );
}

function ports(site: Site): readonly Proposal[] | undefined {
  const kind = knownText(site.nodes[0], "kind");
  if (kind === "Service" && endsWith(site.path, "ports", "*", "targetPort")) {
    const selector = mapAt(site.nodes[0], "spec", "selector");
    const pods = podsInView(site).filter(
      ({ labels: own }) => selector && matchesLabels(selector, own) === true,
    );
    return valueChoices(site, "name", unique(pods.flatMap(containerPorts)));
  }
  if (kind === "ServiceMonitor" && endsWith(site.path, "endpoints", "*", "port")) {
    const wanted = mapAt(site.nodes[0], "spec", "selector", "matchLabels");
    const services = inView(site, "Service").filter(
      (object) => matchesLabels(wanted, object.labels) === true,
    );
    const choices = services.flatMap((object) =>
      (serviceOf(object)?.ports ?? []).flatMap(({ name }) =>
        name === undefined ? [] : [{ label: name, detail: `port of ${object.name ?? "a Service"}` }],
      ),
    );
    return valueChoices(site, "name", unique(choices));
  }
  if (kind === "PodMonitor" && endsWith(site.path, "podMetricsEndpoints", "*", "port")) {
    return valueChoices(
      site,
      "name",
      unique(
        podsInView(site)
          .flatMap(containerPorts)
          .filter(({ bare }) => !bare),
      ),
    );
  }
  return undefined;
}

function containerPorts(pod: PodTemplate): readonly Choice[] {
  return pod.containers.flatMap((container) =>
    itemsOf(container, "ports").flatMap((item): Choice[] => {
      const [name, number] = [knownText(item, "name"), knownText(item, "containerPort")];
      const named =
        name === undefined
          ? []
          : [{ label: name, detail: `port ${number ?? ""} of ${container.name ?? "the pod"}` }];
      return number === undefined ? named : [...named, { label: number, detail: name ?? "", bare: true }];
    }),
  );
}

function podsInView(site: Site): readonly PodTemplate[] {
  return [...WORKLOADS, "Pod"].flatMap((kind) => inView(site, kind)).flatMap(podTemplatesOf);
}

/** Volumes of the pod that a mount can name. */
function volumes(site: Site): readonly Proposal[] | undefined {
  if (!endsWith(site.path, "volumeMounts", "*", "name")) return undefined;
  const pod = site.folder.podsIn(site.doc, site.file).find(({ spec }) => site.nodes.includes(spec));
  if (!pod) return undefined;
  return valueChoices(
    site,
    "name",
    [...volumesOf(pod).values()].map(({ name, source }) => ({ label: name, detail: source.kind })),
  );
}

/** Labels to select by: of pods for Services and budgets, of Services for monitors. */
function labels(site: Site): readonly Proposal[] | undefined {
  const kind = knownText(site.nodes[0], "kind");
  const isPodSelector =
    (kind === "Service" && endsWith(site.path, "spec", "selector")) ||
    ((kind === "PodDisruptionBudget" || kind === "PodMonitor") &&
      endsWith(site.path, "selector", "matchLabels"));
  const isServiceSelector = kind === "ServiceMonitor" && endsWith(site.path, "selector", "matchLabels");
  if (!isPodSelector && !isServiceSelector) return undefined;
  const sources = isPodSelector ? podsInView(site) : inView(site, "Service");
  const pairs = sources.flatMap((source) =>
    [...source.labels].map(([label, text]) => ({
      label,
      text: asText(text),
      detail: "object" in source ? (source.object.name ?? "") : (source.name ?? ""),
    })),
  );
  return keyChoices(site, "label", unique(pairs));
}

function asText(value: string): string {
  return /^[A-Za-z][\w.-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

function unique(choices: readonly Choice[]): readonly Choice[] {
  return [...new Map(choices.toReversed().map((choice) => [choice.label, choice])).values()].reverse();
}
