import type { Calibrations } from "../../sizing/calibration";
import type { Severity } from "../../rules/define";

/** The settings of a folder and all below it, shared by the editor and the command line. */
export const CONFIG_FILE_NAME = ".vllm-k8s.yaml";

/** What a person can set, in the editor's settings and in `.vllm-k8s.yaml` alike. */
export interface Settings {
  /** By rule id or group; the id wins. */
  readonly rules: Readonly<Record<string, Severity | "off">>;
  readonly assume: Assumptions;
  readonly lens: { readonly sizing: boolean; readonly scaling: boolean };
  /** Measured differences by workload, in the workspace file alone. */
  readonly calibrations?: Calibrations;
  readonly inlayHints: InlayHintSettings;
  /** Where the `config.json` of a model lies, by the model's name as manifests write it. */
  readonly models: Readonly<Record<string, string>>;
}

/** Each sort of word in grey behind what is written. */
export interface InlayHintSettings {
  readonly defaults: boolean;
  readonly worldSize: boolean;
  readonly tokens: boolean;
  readonly probes: boolean;
}

/** What to take for granted where a manifest does not tell. */
export interface Assumptions {
  /** A GPU product, `H100-80GB`. */
  readonly gpu?: string | undefined;
  /** A vLLM release, `0.11.0`. */
  readonly vllmVersion?: string | undefined;
  /** What was measured and kept, by workload. */
  readonly calibrations?: Calibrations | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  rules: {},
  assume: {},
  lens: { sizing: true, scaling: true },
  inlayHints: { defaults: true, worldSize: true, tokens: true, probes: true },
  models: {},
};

/** Later ones win, key by key. */
export function mergeSettings(...layers: readonly Partial<Settings>[]): Settings {
  return layers.reduce<Settings>(
    (merged, layer) => ({
      rules: { ...merged.rules, ...layer.rules },
      assume: { ...merged.assume, ...defined(layer.assume) },
      calibrations: { ...merged.calibrations, ...layer.calibrations },
      lens: { ...merged.lens, ...defined(layer.lens) },
      inlayHints: { ...merged.inlayHints, ...defined(layer.inlayHints) },
      models: { ...merged.models, ...layer.models },
    }),
    DEFAULT_SETTINGS,
  );
}

function defined<T extends object>(value: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, v]) => v !== undefined)) as Partial<T>;
}

/** The severity a finding is shown with; undefined when it is switched off. */
export function severityFor(rule: string, own: Severity, settings: Settings): Severity | undefined {
  const chosen = settings.rules[rule] ?? settings.rules[rule.slice(0, rule.indexOf("/"))];
  if (chosen === "off") return undefined;
  return chosen ?? own;
}
