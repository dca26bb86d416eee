import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLED } from "../package/bundled";
import type { Output } from "./output";

const ROOT = join(__dirname, "..", "..");

/** The licences of all packages whose code is in our bundles, as they came with them. */
export function notices(): Output {
  const parts = BUNDLED.map((name) => {
    const { version, license } = manifestOf(name);
    const texts = licenceFiles(name).map((file) => readFileSync(file, "utf8").replace(/\r\n?/g, "\n").trim());
    return [`${name} ${version} (${license})`, ...texts].join("\n\n");
  });
  const head = "The bundles of vllm-k8s contain code of these packages.";
  return { file: "THIRD-PARTY-NOTICES.txt", text: [head, ...parts].join(`\n\n${"=".repeat(80)}\n\n`) + "\n" };
}

function manifestOf(name: string): { version: string; license: string } {
  const text = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
  return JSON.parse(text) as { version: string; license: string };
}

function licenceFiles(name: string): readonly string[] {
  const folder = join(ROOT, "node_modules", name);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no licence file`);
  return files.sort().map((file) => join(folder, file));
}
