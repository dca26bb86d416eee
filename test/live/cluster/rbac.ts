/** What one person may do, as a Role says it; `*` for everything. */
export interface Rule {
  readonly verbs: readonly string[];
  /** With its subresource: `services/proxy`. */
  readonly resources: readonly string[];
  /** Undefined for all namespaces. */
  readonly namespaces?: readonly string[];
}

export interface Request {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
}

export function isAllowed(rules: readonly Rule[], { verb, resource, namespace }: Request): boolean {
  return rules.some(
    ({ verbs, resources, namespaces }) =>
      has(verbs, verb) &&
      has(resources, resource) &&
      (!namespaces || (namespace !== undefined && namespaces.includes(namespace))),
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes("*") || list.includes(wanted);
}

/** All that the extension asks for, and nothing more. */
export const READER: readonly Rule[] = [
  {
    verbs: ["get", "list"],
    resources: [
      "pods",
      "services",
      "deployments",
      "statefulsets",
      "horizontalpodautoscalers",
      "prometheuses",
    ],
  },
  { verbs: ["get"], resources: ["pods/proxy", "services/proxy"] },
];
