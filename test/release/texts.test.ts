import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("texts of the manifest", () => {
  it("has a text for each name in package.json, and none to spare", () => {
    const used = [...read("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, name]) => name);
    const known = Object.keys(JSON.parse(read("package.nls.json")) as object);
    assert.deepEqual([...new Set(used)].sort(), known.sort());
  });

  it("has what a gallery shows", () => {
    const manifest = JSON.parse(read("package.json")) as Record<string, unknown>;
    for (const field of [
      "displayName",
      "description",
      "publisher",
      "license",
      "icon",
      "categories",
      "keywords",
      "repository",
      "bugs",
      "homepage",
      "galleryBanner",
      "qna",
    ])
      // prettier-ignore
      assert.ok(manifest[field] !== undefined, field);
    const icon = readFileSync(join(root, String(manifest.icon)));
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
  });
});
