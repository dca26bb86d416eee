import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configSchema, validatorCode } from "./generate/config-schema";
import { grammars } from "./generate/grammars";
import { jsonOptionsCode, jsonShapes } from "./generate/json-options";
import { l10nBundle } from "./generate/l10n";
import { manifest, readme } from "./generate/manifest";
import { notices } from "./generate/notices";
import type { Output } from "./generate/output";
import { rulePages } from "./generate/rule-pages";

/** Writes every file that is made from the list of rules or the catalogues. With `--check` it writes nothing and fails when one is out of date. */
const ROOT = join(__dirname, "..");

const outputs: readonly Output[] = [
  { file: "docs/config.schema.json", text: JSON.stringify(configSchema(), null, 2) + "\n" },
  { file: "src/data/validate-config.js", text: validatorCode() },
  { file: "src/data/json-options.js", text: jsonOptionsCode() },
  { file: "src/data/json-shapes.json", text: jsonShapes() },
  manifest(),
  l10nBundle(),
  notices(),
  readme(),
  ...rulePages(),
  ...grammars(),
];

for (const { file, text } of outputs) {
  const path = join(ROOT, file);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (process.argv.includes("--check")) {
    console.error(`${file} is out of date: run npm run generate`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${file}`);
  }
}
