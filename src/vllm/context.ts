import type { KubeObject, ObjectLookup } from "../kubernetes";

/** What surrounds an object whose servers are asked for. */
export interface ServerContext {
  /** Objects of a kind in view. Asked only when something refers to one. */
  objects(kind: string): readonly KubeObject[];
  /** One of them, for those who can answer it without looking at all. */
  readonly find?: ObjectLookup;
  readonly assume: {
    readonly gpu?: string | undefined;
    readonly vllmVersion?: string | undefined;
  };
}

export function lookupIn(context: ServerContext): ObjectLookup {
  return context.find ?? ((kind, name, namespace) => findIn(context.objects(kind), name, namespace));
}

export function findIn(
  objects: readonly KubeObject[],
  name: string,
  namespace: string | undefined,
): KubeObject | undefined {
  return objects.find((object) => object.name === name && object.namespace === namespace);
}
