import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readConfigFile } from "../../features/settings/config-file";
import { CONFIG_FILE_NAME, mergeSettings, type Settings } from "../../features/settings/settings";
import { reasonOf, shownPath, toSlashes, type InputProblem } from "./input";
import type { Io } from "./io";
import { repositoryOf, staysIn } from "./surroundings";

/** Finds the settings of a file: of the one config file that was named, else of the nearest one above it. */
export class ConfigFinder {
  readonly problems: InputProblem[] = [];
  private readonly byFolder = new Map<string, Settings>();
  private readonly byFile = new Map<string, Settings>();
  private readonly named: Settings | undefined;

  constructor(
    private readonly io: Io,
    namedFile: string | undefined,
    /** Laid over every file's settings. */
    private readonly overrides: Partial<Settings> = {},
    /** Laid under them: an editor's own settings. */
    private readonly defaults: Partial<Settings> = {},
  ) {
    this.named = namedFile === undefined ? undefined : this.read(resolve(io.cwd, namedFile));
  }

  settingsFor(path: string): Settings {
    return this.named ?? this.inFolder(dirname(path));
  }

  /** The nearest wins whole. A repository's root is the last place that is looked at. */
  private inFolder(folder: string): Settings {
    let settings = this.byFolder.get(folder);
    if (!settings) {
      settings = this.find(folder);
      this.byFolder.set(folder, settings);
    }
    return settings;
  }

  private find(folder: string): Settings {
    const file = join(folder, CONFIG_FILE_NAME);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return this.read(file);
    const parent = dirname(folder);
    const isTop =
      parent === folder || statSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined;
    return isTop ? mergeSettings(this.defaults, this.overrides) : this.inFolder(parent);
  }

  /** Reads a config file once, and notes what is wrong with it. */
  read(file: string): Settings {
    const known = this.byFile.get(file);
    if (known) return known;
    const shown = shownPath(file, this.io);
    let settings = mergeSettings(this.defaults, this.overrides);
    try {
      const config = readConfigFile(readFileSync(file, "utf8").replace(/^\ufeff/, ""));
      const own = this.modelPaths(file, config.settings.models ?? {});
      settings = mergeSettings(this.defaults, { ...config.settings, models: own }, this.overrides);
      this.problems.push(...config.problems.map((problem) => ({ shown, ...problem })));
    } catch (error) {
      this.problems.push({ shown, message: reasonOf(error) });
    }
    this.byFile.set(file, settings);
    return settings;
  }

  /** Whoever wrote the file chose the paths: one that leads out of the repository is not followed. */
  private modelPaths(file: string, models: Settings["models"]): Settings["models"] {
    const folder = toSlashes(dirname(file));
    const root = repositoryOf(folder) ?? folder;
    const entries = Object.entries(models).map(([id, path]) => [id, resolve(folder, path)] as const);
    const outside = entries.filter(([, path]) => !staysIn(toSlashes(path), root));
    for (const [id] of outside) {
      const message = `The path of the config.json of \`${id}\` leads out of the repository and is not read.`;
      this.problems.push({ shown: shownPath(file, this.io), message });
    }
    return Object.fromEntries(entries.filter((entry) => !outside.includes(entry)));
  }
}
