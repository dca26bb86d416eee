import { knownText, type KubeObject } from "../../kubernetes";
import { scalarAt } from "../../yaml/node";
import { NAME_FIELDS } from "./name-fields";
import { endsWith } from "../completion/path";
import { isName, wholeOf, type Occurrence } from "./occurrence";
import { leavesOf, type Leaf } from "./walk";

/** Names of objects: where they are given, and where other objects use them. */
export function namesIn(
  object: KubeObject,
  exists: (kind: string, name: string, namespace: string | undefined) => boolean,
): readonly Occurrence[] {
  const own = scalarAt(object.node, "metadata", "name");
  const found: Occurrence[] = [];
  if (own && isName(own)) found.push(occurrence(object, own, object.kind, "definition"));
  for (const leaf of leavesOf(object)) {
    const kind = isName(leaf.scalar) ? kindAt(leaf, object, exists) : undefined;
    if (kind !== undefined) found.push(occurrence(object, leaf.scalar, kind, "reference"));
    else if (leaf.scalar.text.includes("://")) found.push(...addresses(object, leaf, exists));
  }
  return found;
}

function occurrence(
  object: KubeObject,
  scalar: Leaf["scalar"],
  kind: string,
  role: Occurrence["role"],
): Occurrence {
  return {
    entity: entityOf(kind, scalar.text, object.namespace),
    sort: "object",
    role,
    name: scalar.text,
    scalar,
    span: wholeOf(scalar),
    object,
  };
}

export function entityOf(kind: string, name: string, namespace: string | undefined): string {
  return ["object", kind, namespace ?? "", name].join("\n");
}

/** The kind that a field names; of several the one that is in view. */
function kindAt(
  { path, scalar, parent }: Leaf,
  object: KubeObject,
  exists: (kind: string, name: string, namespace: string | undefined) => boolean,
): string | undefined {
  const rule = NAME_FIELDS.find(([end]) => endsWith(path, ...end));
  if (!rule) return undefined;
  const written = path.at(-2) === "scaleTargetRef" ? knownText(parent, "kind") : undefined;
  if (written !== undefined) return written;
  return rule[1].find((kind) => exists(kind, scalar.text, object.namespace)) ?? rule[1][0];
}

/** `http://name:8000`, `http://name.namespace.svc`: a Service in view as a host name. */
function addresses(
  object: KubeObject,
  { scalar }: Leaf,
  exists: (kind: string, name: string, namespace: string | undefined) => boolean,
): readonly Occurrence[] {
  if (scalar.templated) return [];
  return [
    ...scalar.text.matchAll(
      /:\/\/([a-z][a-z0-9-]*)(?:\.([a-z0-9-]+)(?:\.svc\b|(?=[:/]|$)))?(?=[.:/"'\s]|$)/g,
    ),
  ].flatMap((match): Occurrence[] => {
    const [, name = "", namespace = object.namespace] = match;
    if (!exists("Service", name, namespace)) return [];
    const from = match.index + "://".length;
    return [
      {
        entity: entityOf("Service", name, namespace),
        sort: "object",
        role: "reference",
        name,
        scalar,
        span: scalar.spanOf(from, from + name.length),
        object,
      },
    ];
  });
}
