import { Uri, workspace, type WorkspaceConfiguration } from "vscode";
import { mergeSettings, type Settings } from "../../features/settings/settings";
import type { Severity } from "../../rules/define";
import { folderOf } from "./documents";

export const SECTION = "vllmK8s";

const LEVELS: ReadonlySet<unknown> = new Set<Severity | "off">(["error", "warning", "info", "hint", "off"]);

interface FolderSettings {
  readonly enabled: boolean;
  readonly settings: Settings;
}

/** The settings in force, by folder: the editor's, over which the workspace's own file wins since CI reads it too. */
export class SettingsSource {
  private readonly folders = new Map<string, FolderSettings>();

  constructor(private readonly fileSettings: (folder: string) => Partial<Settings> | undefined) {}

  of(path: string): FolderSettings {
    const folder = folderOf(path);
    let known = this.folders.get(folder);
    if (!known) {
      known = this.read(folder);
      this.folders.set(folder, known);
    }
    return known;
  }

  forget(): void {
    this.folders.clear();
  }

  private read(folder: string): FolderSettings {
    const scope = folder === "" ? null : Uri.parse(folder + "/");
    const section = workspace.getConfiguration(SECTION, scope);
    return {
      enabled: flag(section, "enable"),
      settings: mergeSettings(
        {
          rules: knownLevels(table(section, "rules")),
          assume: {
            gpu: textSetting(section, "assume.gpu"),
            vllmVersion: textSetting(section, "assume.vllmVersion"),
          },
          lens: { sizing: flag(section, "lens.sizing"), scaling: flag(section, "lens.scaling") },
          inlayHints: {
            defaults: flag(section, "inlayHints.defaults"),
            worldSize: flag(section, "inlayHints.worldSize"),
            tokens: flag(section, "inlayHints.tokens"),
            probes: flag(section, "inlayHints.probes"),
          },
          models: texts(table(section, "models")),
        },
        this.fileSettings(folder) ?? {},
      ),
    };
  }
}

/** The editor hands out what stands in a settings file, of whatever type: one that does not fit counts as not written. */
export function textSetting(section: WorkspaceConfiguration, name: string): string | undefined {
  const value = section.get<unknown>(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** On unless switched off. */
function flag(section: WorkspaceConfiguration, name: string): boolean {
  return section.get<unknown>(name) !== false;
}

function table(section: WorkspaceConfiguration, name: string): Record<string, unknown> {
  const value = section.get<unknown>(name);
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(models: Record<string, unknown>): Settings["models"] {
  return Object.fromEntries(
    Object.entries(models).filter((entry): entry is [string, string] => {
      return typeof entry[1] === "string" && entry[1].trim() !== "";
    }),
  );
}

/** A settings file is written by hand: a level that does not exist counts as not written. */
function knownLevels(rules: Record<string, unknown>): Settings["rules"] {
  return Object.fromEntries(
    Object.entries(rules).filter(([, level]) => LEVELS.has(level)),
  ) as Settings["rules"];
}
