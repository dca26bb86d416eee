import { knownText, type KubeObject } from "../kubernetes";
import { asMap, asScalar, asSeq, mapAt, scalarAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { chartSettings, flagOfKey } from "./chart-map";
import type { ServerContext } from "./context";
import { assemble, environmentIn, imageIn, makeContainer } from "./draft";
import { roleOf } from "./image";
import type { Setting, VllmServer } from "./model";
import { NEWEST, type VllmVersion } from "./version";

/** Keys that no other inference server's chart has. */
const TELLING = new Set([
  "--max-model-len",
  "--gpu-memory-utilization",
  "--tensor-parallel-size",
  "--max-num-seqs",
  "--max-num-batched-tokens",
  "--enable-prefix-caching",
  "--enable-chunked-prefill",
  "--enforce-eager",
  "--swap-space",
  "--kv-cache-dtype",
]);

/**
 * Values of a chart that nobody here knows: flags in camel or snake case, at the root or a map or two below (`model.maxModelLen`,
 * `server.gpuMemoryUtilization`, `config.max_model_len`). Two telling keys, or one beside an image that runs vLLM, make a server.
 */
export function chartServer(
  map: YamlMap,
  name: string,
  object: KubeObject,
  context: ServerContext,
): VllmServer | undefined {
  const places = settingMaps(map);
  const telling = places.flatMap(({ node, path }) => settingsIn(node, path, NEWEST));
  const image = imageIn(map.get("image"));
  const role = roleOf(image);
  // A chart's values are in camel case; other spellings are vLLM's own files, unless a known image stands beside them.
  const found = telling.filter((setting) => TELLING.has(setting.flag));
  const count = new Set(
    found.filter(({ spelling }) => role === "server" || /[A-Z]/.test(spelling)).map(({ flag }) => flag),
  ).size;
  if (role === "other" || count < (role === "server" ? 1 : 2)) return undefined;
  const container = makeContainer(object, map, map, undefined);
  const best = places.find(({ node, path }) =>
    settingsIn(node, path, NEWEST).some((setting) => TELLING.has(setting.flag)),
  );
  return assemble(
    {
      object,
      node: best?.node ?? map,
      name: knownText(map, "fullnameOverride") || name,
      container,
      image,
      environment: environmentIn(container, context),
      settings: (version) => places.flatMap(({ node, path }) => settingsIn(node, path, version)),
      args: asSeq(map.get("extraArgs")) ?? asSeq(map.get("args")),
      model: modelIn(map),
      gpuCount:
        scalarAt(map, "accelerator", "count") ?? scalarAt(map, "gpuCount") ?? scalarAt(map, "gpu", "count"),
      place: best && { kind: "map", node: best.node },
      entry: "operator",
      form: "helm-values",
    },
    context,
  );
}

interface SettingMap {
  readonly node: YamlMap;
  readonly path: string;
}

const MAX_DEPTH = 3;

/** Parts of values that are about other programs than the engine. */
const NOT_ENGINE =
  /router|gateway|proxy|keda|autoscal|probe|service|ingress|monitor|metrics|cache(server)?spec|benchmark|sim/i;

function settingMaps(map: YamlMap, path = "", depth = 0): readonly SettingMap[] {
  const found: SettingMap[] = [{ node: map, path }];
  if (depth >= MAX_DEPTH) return found;
  for (const { key, value } of map.entries) {
    const below = asMap(value);
    if (!below || NOT_ENGINE.test(key.text)) continue;
    found.push(...settingMaps(below, path === "" ? key.text : `${path}.${key.text}`, depth + 1));
    if (found.length > 200) break;
  }
  return found;
}

function settingsIn(node: YamlMap, path: string, version: VllmVersion): readonly Setting[] {
  return chartSettings(node, path, version, false).filter((setting) => setting.flag !== "--model");
}

/** Where charts keep the model's name. */
function modelIn(map: YamlMap): YamlScalar | undefined {
  const direct = ["model", "modelURL", "modelUrl", "modelId", "modelID", "modelName", "model_id"];
  for (const around of [map, mapAt(map, "config"), mapAt(map, "vllm"), mapAt(map, "server")]) {
    for (const key of direct) {
      const node = asScalar(around?.get(key));
      if (node && node.text !== "") return node;
    }
    const model = mapAt(around, "model");
    for (const key of ["name", "id", "repo", "url", "path", "repository"]) {
      const node = asScalar(model?.get(key));
      if (node && node.text !== "") return node;
    }
  }
  return undefined;
}

/** True when a map has a telling key itself: where the walk down a values file should stop. */
export function hasTellingKey(map: YamlMap): boolean {
  return map.entries.some(({ key }) => TELLING.has(flagOfKey(key.text)));
}
