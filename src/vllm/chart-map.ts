import { asMap, asScalar, type YamlMap } from "../yaml/node";
import type { Setting } from "./model";
import { settingsOfMap } from "./settings-file";
import type { VllmVersion } from "./version";

/** `maxModelLen`, `max_model_len` or `max-model-len` as the flag a chart makes of it. */
export function flagOfKey(key: string): string {
  return `--${key
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase()}`;
}

/** Keys that mean something else in values than the flag of their name. */
const OTHER_MEANING = new Set([
  "--config",
  "--host",
  "--port",
  "--name",
  "--task",
  "--device",
  "--revision",
  "--seed",
  "--headless",
]);

/** The settings in a map of a chart's values. A key whose value is no setting (an empty string, a map) gives none. */
export function chartSettings(
  map: YamlMap,
  path: string,
  version: VllmVersion,
  all = true,
): readonly Setting[] {
  const { bindings } = settingsOfMap(map, {
    version,
    exact: true,
    flagOf: flagOfKey,
    originOf: (key) => ({ kind: "values", path: path === "" ? key : `${path}.${key}` }),
  });
  return bindings.filter((setting) => {
    const value = map.get(setting.spelling);
    if (value === undefined || setting.text === "") return false;
    if (!all && (OTHER_MEANING.has(setting.flag) || asMap(value))) return false;
    // Charts leave a flag out when its value is empty.
    return !(asScalar(value)?.text === "");
  });
}
