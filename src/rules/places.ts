import { knownText } from "../kubernetes/known";
import type { EnvironmentVariable, VllmServer } from "../vllm/model";
import type { Spot } from "../yaml/document";
import { scalarAt, spotOf } from "../yaml/node";

/** Where a finding about a server as a whole stands: its container's name, else its image. */
export function placeOfServer(server: VllmServer): Spot {
  const name = server.container && scalarAt(server.container.node, "name");
  const node = name ?? server.image?.node;
  return node ? spotOf(node) : server.anchor;
}

/** The key of a container's field; the server's place when the field comes through an alias or from a base. */
export function placeOfField(server: VllmServer, key: string): Spot {
  const { container } = server;
  const entry = container?.node.entry(key) ?? container?.base?.entry(key);
  return entry ? spotOf(entry.key) : placeOfServer(server);
}

/** A variable's value, or the server when that stands in another document, such as a ConfigMap. */
export function placeOfVariable(server: VllmServer, { at, node }: EnvironmentVariable): Spot {
  const spots = [at, spotOf(node)];
  return spots.find(({ doc }) => doc === server.object.doc) ?? placeOfServer(server);
}

/** Where the model is named. */
export function placeOfModel(server: VllmServer): Spot {
  return server.engine.model.at ?? placeOfServer(server);
}

/** `vllm` or `llama-server`, for the titles of fixes that make objects. */
export function nameForObjects(server: VllmServer): string {
  return server.object.name ?? knownText(server.container?.node, "name") ?? "vllm";
}
