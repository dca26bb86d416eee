import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readCorpus } from "./corpus/files";
import { holdBack } from "./corpus/held-back";
import { runCorpus, type CorpusRun } from "./corpus/run";
import { reportOf } from "./corpus/report";

/**
 * `npm run corpus`: every rule over real manifests that are no part of this repository. CORPUS_DIR names their folder. Fails when a
 * bound is broken. `--verbose` names the misses; `--json FILE` writes every finding, for people to judge.
 */
function main(): number {
  const { values } = parseArgs({ options: { verbose: { type: "boolean" }, json: { type: "string" } } });
  const folder = process.env.CORPUS_DIR;
  if (!folder) {
    console.log("CORPUS_DIR is not set: corpus run skipped");
    return 0;
  }
  const files = readCorpus(folder);
  const run = runCorpus(files);
  const { lines, broken } = reportOf(run, values.verbose === true);
  console.log(lines.join("\n"));
  const held = holdBack(files);
  console.log(`\nflags held back: ${held.found} of ${held.asked} among the first ten after two letters`);
  if (values.verbose) console.log(held.missed.map((miss) => `  missed: ${miss}`).join("\n"));
  if (values.json !== undefined) writeFindings(values.json, run, folder);
  for (const bound of broken) console.error(`BROKEN: ${bound}`);
  const isEnough = held.found >= HELD_BACK * held.asked;
  if (!isEnough) console.error(`BROKEN: flags held back: ${held.found} of ${held.asked}`);
  return broken.length > 0 || !isEnough ? 1 : 0;
}

/** The least share of flags that come back after two typed letters. */
const HELD_BACK = 0.95;

/** Findings quote files that are not ours to publish: they stay out of the repository. */
function writeFindings(file: string, { files }: CorpusRun, folder: string): void {
  const target = resolve(file);
  const root = resolve(__dirname, "..");
  if (!relative(root, target).startsWith("..")) throw new Error(`--json must name a file outside of ${root}`);
  const findings = files.flatMap(({ file: { mark }, findings: found }) => {
    const lines = found.length > 0 ? readFileSync(join(folder, mark.file), "utf8").split(/\r\n?|\n/) : [];
    return found.map((finding) => ({
      file: mark.file,
      ...finding,
      line: lines[finding.range.start.line] ?? "",
    }));
  });
  writeFileSync(target, findings.map((finding) => JSON.stringify(finding) + "\n").join(""));
  console.log(`\n${findings.length} findings written to ${target}`);
}

process.exitCode = main();
