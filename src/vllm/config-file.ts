import { knownText, mountCovering, type Container, type ObjectLookup } from "../kubernetes";
import { scalarAt, type YamlMap, type YamlScalar } from "../yaml/node";

/** The scalar of a ConfigMap in view that a container sees as a file. */
export function mountedFile(
  container: Container,
  path: string,
  lookup: ObjectLookup,
): YamlScalar | undefined {
  const mount = mountCovering(container, path);
  const source = mount?.volume?.source;
  if (mount?.path === undefined || source?.kind !== "configMap" || source.object === undefined)
    return undefined;
  const config = lookup("ConfigMap", source.object, container.pod.object.namespace);
  const below = path === mount.path ? "" : path.slice(mount.path.length).replace(/^\//, "");
  const subPath = mount.subPath ? knownText(mount.node, "subPath") : "";
  if (!config || subPath === undefined) return undefined;
  const file = [subPath, below].filter((part) => part !== "").join("/");
  return scalarAt(config.node, "data", keyFor(source.node, file));
}

/** `items` of a ConfigMap volume give keys other file names. */
function keyFor(volume: YamlMap, file: string): string {
  const items = volume.get("items");
  if (items?.kind !== "seq") return file;
  const item = items.items.find((entry) => knownText(entry, "path") === file);
  return knownText(item, "key") ?? file;
}
