import { Uri, workspace } from "vscode";
import { mergeSettings, type Settings } from "../../features/settings";
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
      enabled: section.get<boolean>("enable", true),
      settings: mergeSettings(
        {
          rules: knownLevels(section.get<Record<string, unknown>>("rules", {})),
          assume: {
            gpu: section.get<string>("assume.gpu")?.trim() || undefined,
            vllmVersion: section.get<string>("assume.vllmVersion")?.trim() || undefined,
          },
          lens: {
            sizing: section.get<boolean>("lens.sizing", true),
            scaling: section.get<boolean>("lens.scaling", true),
          },
          inlayHints: {
            defaults: section.get<boolean>("inlayHints.defaults", true),
            worldSize: section.get<boolean>("inlayHints.worldSize", true),
            tokens: section.get<boolean>("inlayHints.tokens", true),
            probes: section.get<boolean>("inlayHints.probes", true),
          },
          models: texts(section.get<Record<string, unknown>>("models", {})),
        },
        this.fileSettings(folder) ?? {},
      ),
    };
  }
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
