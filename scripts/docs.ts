import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { makeSite } from "./docs/site";

/** Writes the documentation as plain files to dist/site. */
const root = resolve(__dirname, "..");
const target = join(root, "dist", "site");

rmSync(target, { recursive: true, force: true });
const { files } = makeSite(root);
for (const [name, content] of files) {
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), content);
}
console.log(`${files.size} files in ${target}; open index.html there.`);
