import { DEFAULT_SETTINGS, type Settings } from "../src/features/settings/settings";
import { createService, type Service } from "../src/service";

/** A service that was told some files. A rule that throws fails the test. */
export function serviceWith(
  files: Readonly<Record<string, string>>,
  settings: Partial<Settings> = {},
): Service {
  const inForce = { ...DEFAULT_SETTINGS, ...settings };
  const service = createService({
    settings: () => inForce,
    today: () => "2026-11-24",
    ruleFailed: (rule, error) => {
      throw new Error(`rule ${rule} failed`, { cause: error });
    },
  });
  for (const [path, text] of Object.entries(files)) service.setFile(path, text);
  return service;
}
