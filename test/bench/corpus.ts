import { parseAllDocuments } from "yaml";
import { readCorpus } from "../../scripts/corpus/files";
import { newService } from "./editing";
import { contender, race } from "./measure";
import { ratio, type Result } from "./result";

/** All findings of real manifests, from nothing, against the bare parse of the same files. */
export function corpus(folder: string): readonly Result[] {
  const files = readCorpus(folder);
  const linting = contender(newService, (service) => {
    for (const { path, text } of files) service.setFile(path, text);
    for (const { path } of files) service.diagnostics(path);
  });
  const parsing = contender(
    () => files,
    (all) => {
      for (const { text } of all) parseAllDocuments(text);
    },
  );
  const [own, parse] = race([linting, parsing], 7, 1);
  if (!own || !parse) throw new Error("nothing was measured");
  return [
    ratio(`findings of ${files.length} real files`, own, { name: "yaml parses them", times: parse }, 1.5),
  ];
}
