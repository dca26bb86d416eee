import { fieldOf } from "../kubernetes/containers";
import type { VllmServer } from "../vllm/model";
import type { YamlEditor } from "../yaml/edit";
import { scalarAt, type YamlScalar } from "../yaml/node";

/** True when the manifest holds the count of GPUs as a number that can be written anew. */
export function canSetGpuCount(server: VllmServer): boolean {
  const { node, resource, count, claimed } = server.gpu;
  return node !== undefined && !node.templated && resource !== undefined && count !== undefined && !claimed;
}

/** Writes the count of GPUs anew, limits and requests alike: Kubernetes refuses a difference. */
export function setGpuCount(editor: YamlEditor, server: VllmServer, gpus: number): void {
  for (const scalar of countScalars(server)) editor.setScalar(scalar, gpus);
}

function countScalars(server: VllmServer): ReadonlySet<YamlScalar> {
  const { node, resource } = server.gpu;
  const found = new Set<YamlScalar>(node ? [node] : []);
  if (server.container === undefined || resource === undefined) return found;
  const resources = fieldOf(server.container, "resources");
  for (const part of ["limits", "requests"]) {
    const scalar = scalarAt(resources, part, resource);
    if (scalar && !scalar.templated) found.add(scalar);
  }
  return found;
}
