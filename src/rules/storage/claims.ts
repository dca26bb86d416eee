import type { KubeObject } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import type { View } from "../context";

/** The claim of that name in view that is written out in full, in the server's namespace. */
export function findClaim(server: VllmServer, name: string, view: View): KubeObject | undefined {
  return view
    .named("PersistentVolumeClaim", name)
    .find((object) => object.namespace === server.object.namespace && !object.partial);
}
