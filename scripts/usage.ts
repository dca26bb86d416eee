import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readCorpus } from "./corpus/files";
import { usageIn } from "./corpus/usage";

/**
 * `CORPUS_DIR=… npx tsx scripts/usage.ts`: counts how often public manifests use what the catalogues hold, for the order of proposals.
 * Only names of the catalogues and their counts are written; nothing of the manifests is.
 */
function main(folder: string): void {
  const files = readCorpus(folder);
  const usage = {
    about:
      "How many servers of public manifests use a flag, a choice, a variable or a model. It orders proposals and means nothing else.",
    source: `${files.length} manifests of ${new Set(files.map(({ mark }) => mark.repo)).size} public repositories, read 2026-11-24`,
    ...usageIn(files),
  };
  writeFileSync(
    join(resolve(__dirname, ".."), "src", "data", "usage.json"),
    JSON.stringify(usage, null, 1) + "\n",
  );
}

const folder = process.env.CORPUS_DIR;
if (folder) main(folder);
else throw new Error("CORPUS_DIR is not set");
