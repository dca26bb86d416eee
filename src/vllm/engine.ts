import { findFlag, type FlagDefault } from "../data/flags";
import { defaultAt, matchFlag } from "./flags";
import type {
  EngineConfig,
  EnvironmentVariable,
  Origin,
  Resolved,
  Setting,
  UnrecognisedArgument,
} from "./model";
import { parseFloatNumber, parseInteger, parseSize } from "./numbers";
import { formatVersion, type VllmVersion } from "./version";

export interface EngineParts {
  /** In the order in which they take effect: a later one replaces an earlier one of the same flag. */
  readonly bindings: readonly Setting[];
  readonly unrecognised: readonly UnrecognisedArgument[];
  readonly environment: ReadonlyMap<string, EnvironmentVariable>;
  readonly open: boolean;
  readonly version: VllmVersion;
  /** Names the model better than the arguments do: KServe's `storageUri` behind `--model=/mnt/models`. */
  readonly model?: Resolved<string> | undefined;
}

export class Engine implements EngineConfig {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly bindings: readonly Setting[];
  readonly unrecognised: readonly UnrecognisedArgument[];
  readonly environment: ReadonlyMap<string, EnvironmentVariable>;
  readonly open: boolean;
  readonly model: Resolved<string>;

  constructor(private readonly parts: EngineParts) {
    this.bindings = parts.bindings;
    this.settings = new Map(parts.bindings.map((setting) => [setting.flag, setting]));
    this.unrecognised = parts.unrecognised;
    this.environment = parts.environment;
    this.open = parts.open;
    const given = this.settings.get("--model");
    this.model =
      parts.model ?? (given ? resolved(given, given.text || undefined) : { known: false, at: undefined });
  }

  absent(flag: string): boolean {
    return !this.open && !this.settings.has(this.canonical(flag));
  }

  text(flag: string): Resolved<string> {
    return this.inForce(flag, (text) => text, asText);
  }

  integer(flag: string): Resolved<number> {
    const read = findFlag(flag)?.type === "size" ? parseSize : parseInteger;
    return this.inForce(flag, read, (value) => (typeof value === "number" ? value : undefined));
  }

  number(flag: string): Resolved<number> {
    return this.inForce(flag, parseFloatNumber, (value) => (typeof value === "number" ? value : undefined));
  }

  enabled(flag: string): Resolved<boolean> {
    const setting = this.settings.get(this.canonical(flag));
    if (setting)
      return resolved(setting, setting.text === undefined ? undefined : isOn(setting, setting.text));
    // A switch without a default is off, unless the engine decides.
    const off =
      findFlag(flag)?.type === "bool" && findFlag(flag)?.defaultNote === undefined ? false : undefined;
    return this.inForce(
      flag,
      () => undefined,
      (value) => (typeof value === "boolean" ? value : off),
    );
  }

  json(flag: string): Resolved<unknown> {
    const name = this.canonical(flag);
    const below = this.bindings.filter(
      (setting) => setting.path.length > 0 && setting.flag.startsWith(`${name}.`),
    );
    if (below.length > 0) return mergeDotted(below);
    return this.inForce<unknown>(name, parseJson, (value) => value ?? undefined);
  }

  withModel(model: Resolved<string>): Engine {
    return new Engine({ ...this.parts, model });
  }

  private canonical(flag: string): string {
    if (this.settings.has(flag)) return flag;
    return matchFlag(flag, this.parts.version)?.entry.flag ?? flag;
  }

  private inForce<T>(
    flag: string,
    read: (text: string) => T | undefined,
    byDefault: (value: FlagDefault) => T | undefined,
  ): Resolved<T> {
    const setting = this.settings.get(this.canonical(flag));
    if (setting) return resolved(setting, setting.text === undefined ? undefined : read(setting.text));
    const entry = this.open ? undefined : findFlag(flag);
    const value = entry && byDefault(defaultAt(entry, this.parts.version));
    if (value === undefined) return { known: false, at: undefined };
    const origin: Origin = { kind: "default", version: formatVersion(this.parts.version) };
    return { known: true, value, origin, at: undefined };
  }
}

function resolved<T>(setting: Setting, value: T | undefined): Resolved<T> {
  if (value === undefined) return { known: false, at: setting.valueAt };
  return { known: true, value, origin: setting.origin, at: setting.valueAt };
}

/** Bare switches are on; up to v0.8 some took `true` or `false`, and values files write them so. */
function isOn(setting: Setting, text: string): boolean | undefined {
  if (setting.negated) return false;
  if (/^(|true|1|yes|on)$/i.test(text)) return true;
  return /^(false|0|no|off)$/i.test(text) ? false : undefined;
}

function asText(value: FlagDefault): string | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** vLLM gathers dotted options into one JSON value, which replaces one given whole. */
function mergeDotted(settings: readonly Setting[]): Resolved<unknown> {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const setting of settings) {
    if (setting.text === undefined) return { known: false, at: setting.valueAt };
    let level = root;
    for (const key of setting.path.slice(0, -1)) {
      const next = level[key];
      level =
        typeof next === "object" && next !== null
          ? (next as typeof root)
          : (level[key] = Object.create(null) as typeof root);
    }
    const last = setting.path.at(-1) ?? "";
    level[last.replace(/\+$/, "")] = last.endsWith("+")
      ? setting.text.split(",")
      : (parseJson(setting.text) ?? setting.text);
  }
  const [first] = settings;
  return first
    ? { known: true, value: root, origin: first.origin, at: first.valueAt }
    : { known: false, at: undefined };
}
