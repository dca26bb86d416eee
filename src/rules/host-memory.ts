import { fieldOf } from "../kubernetes/containers";
import type { Container } from "../kubernetes/model";
import { amountAt } from "../kubernetes/quantity";
import { GIB } from "../sizing/quantity";
import type { YamlEditor } from "../yaml/edit";
import { scalarAt, type YamlScalar } from "../yaml/node";

/** What a container may use of the node's memory. */
export interface HostMemory {
  readonly gib: number;
  readonly node: YamlScalar;
  /** A request only reserves; the container may take more while the node has it. */
  readonly from: "limits" | "requests";
}

/** The memory limit of a container, else its request; undefined when neither is a known quantity. */
export function hostMemoryOf(container: Container): HostMemory | undefined {
  const resources = fieldOf(container, "resources");
  for (const from of ["limits", "requests"] as const) {
    const node = scalarAt(resources, from, "memory");
    const bytes = amountAt(node);
    if (node && bytes !== undefined && bytes > 0) return { gib: bytes / GIB, node, from };
    if (node) return undefined;
  }
  return undefined;
}

/** Raises the limit, and the request with it when the two were the same. */
export function setHostMemory(
  editor: YamlEditor,
  container: Container,
  memory: HostMemory,
  gib: number,
): void {
  editor.setScalar(memory.node, `${gib}Gi`);
  const request = scalarAt(fieldOf(container, "resources"), "requests", "memory");
  if (request && request !== memory.node && request.text === memory.node.text)
    editor.setScalar(request, `${gib}Gi`);
}
