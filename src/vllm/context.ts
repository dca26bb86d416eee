import type { KubeObject, ObjectLookup } from "../kubernetes";

/** What surrounds an object whose servers are asked for. */
export interface ServerContext {
  /** Objects of a kind in view. Asked only when something refers to one. */
  objects(kind: string): readonly KubeObject[];
  readonly assume: {
    readonly gpu?: string | undefined;
    readonly vllmVersion?: string | undefined;
  };
}

export function lookupIn(context: ServerContext): ObjectLookup {
  return (kind, name, namespace) =>
    context.objects(kind).find((object) => object.name === name && object.namespace === namespace);
}
