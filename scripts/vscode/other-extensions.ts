import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onProcessEnd } from "./cleanup";
import { repoRoot } from "./paths";

/** What stands in for the Red Hat YAML, Kubernetes and Helm extensions, which no package registry has. */
const OTHERS: readonly { name: string; languages: readonly string[]; contributes: object }[] = [
  {
    name: "other-yaml",
    languages: ["yaml"],
    contributes: { yamlValidation: [{ fileMatch: "*.yaml", url: "./schema.json" }] },
  },
  { name: "other-kubernetes", languages: ["yaml", "helm"], contributes: {} },
  {
    name: "other-helm",
    languages: ["helm"],
    contributes: {
      languages: [{ id: "helm", aliases: ["Helm"], filenamePatterns: ["**/templates/*.yaml"] }],
      configurationDefaults: { "[helm]": { "editor.defaultFormatter": "stand-in.other-helm" } },
    },
  },
];

/** A folder for the extensions that a run of the editor has installed, removed when this process ends. */
export function extensionsFolder(): string {
  const home = mkdtempSync(join(tmpdir(), "installed-extensions-"));
  onProcessEnd(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export function installOthers(home: string): void {
  for (const { name, languages, contributes } of OTHERS) {
    const folder = join(home, `stand-in.${name}-1.0.0`);
    mkdirSync(folder);
    const properties = { [`${name}.languages`]: { type: "array", default: languages } };
    const manifest = {
      name,
      publisher: "stand-in",
      version: "1.0.0",
      engines: { vscode: "^1.100.0" },
      main: "./extension.cjs",
      activationEvents: ["onLanguage:yaml", "onLanguage:helm"],
      contributes: { ...contributes, configuration: { title: name, properties } },
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "schema.json"), "{}");
    copyFileSync(
      join(repoRoot, "scripts", "vscode", "stand-ins", "other-extension.cjs"),
      join(folder, "extension.cjs"),
    );
  }
}
