import { parseAllDocuments } from "yaml";
import { readCorpus, type CorpusFile } from "../../scripts/corpus/files";
import { newService } from "./editing";
import { contender, race } from "./measure";
import { ratio, type Result } from "./result";

/** All findings of real manifests, from nothing and folder by folder as the command line has it, against the bare parse of the files. */
export function corpus(folder: string): readonly Result[] {
  const files = readCorpus(folder);
  const folders = byFolder(files);
  const linting = contender(newService, (service) => {
    for (const folder of folders) {
      for (const { path, text } of folder) service.setFile(path, text);
      for (const { path } of folder) service.diagnostics(path);
      for (const { path } of folder) service.removeFile(path);
    }
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
    ratio(
      `findings of ${files.length} real files`,
      own,
      { name: "yaml parses them", times: parse },
      { ceiling: 2, goal: 1.5 },
    ),
  ];
}

function byFolder(files: readonly CorpusFile[]): readonly (readonly CorpusFile[])[] {
  const folders = new Map<string, CorpusFile[]>();
  for (const file of files) {
    const name = file.path.slice(0, file.path.lastIndexOf("/"));
    const folder = folders.get(name);
    if (folder) folder.push(file);
    else folders.set(name, [file]);
  }
  return [...folders.values()];
}
