import { fieldOf } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";

/** True when the container has a preStop hook of any kind, or a template may write one. */
export function hasPreStop(container: Container): boolean {
  const lifecycle = fieldOf(container, "lifecycle");
  if (lifecycle === undefined) return container.node.open;
  return lifecycle.kind !== "map" || lifecycle.open || lifecycle.get("preStop") !== undefined;
}
