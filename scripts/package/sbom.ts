import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLED } from "./bundled";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/**
 * What the release is made from, as CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): packages in the bundles are required, those that only
 * build and test are excluded. The same lock file gives the same text.
 */
export function sbom(root: string): string {
  const { name, version, packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    name: string;
    version: string;
    packages: Record<string, Locked>;
  };
  const components = Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, locked]) => component(path, locked))
    .sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: { type: "application", name, version, "bom-ref": `pkg:npm/${name}@${version}` } },
    components,
  };
  return JSON.stringify(document, null, 2) + "\n";
}

function component(path: string, { version = "", integrity, license }: Locked): { "bom-ref": string } {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const isBundled = path === `node_modules/${name}` && BUNDLED.includes(name);
  const content = integrity?.startsWith("sha512-")
    ? [{ alg: "SHA-512", content: Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex") }]
    : [];
  return {
    type: "library",
    name,
    version,
    // One package can be installed at several places.
    "bom-ref": `${purl}#${path}`,
    purl,
    scope: isBundled ? "required" : "excluded",
    ...(content.length > 0 ? { hashes: content } : {}),
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
  } as { "bom-ref": string };
}
