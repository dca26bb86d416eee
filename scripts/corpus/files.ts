import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a corpus says of one of its files: a line of `manifests.jsonl`. Made by reading, not by this project's code. */
export interface Mark {
  readonly file: string;
  readonly repo: string;
  readonly path: string;
  readonly category: string;
  readonly kinds: readonly string[];
  readonly vllm_role: "engine" | "config" | "metrics" | "mention" | null;
  /** Containers that start vLLM, counted by an independent script. */
  readonly engines: number;
  readonly shapes: readonly string[];
  readonly helm_template: boolean;
  readonly markdown_extract: boolean;
  /** A file about something else altogether: nothing may be found in it. */
  readonly negative: boolean;
  readonly parses: boolean;
}

export interface CorpusFile {
  readonly mark: Mark;
  /** Where it stands in its repository, so that manifests of one folder see each other as they did there. */
  readonly path: string;
  readonly text: string;
}

export function readCorpus(folder: string): readonly CorpusFile[] {
  const list = readFileSync(join(folder, "manifests.jsonl"), "utf8");
  return list
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Mark)
    .map((mark) => ({
      mark,
      path: virtualPath(mark),
      text: readFileSync(join(folder, mark.file), "utf8").replace(/^\ufeff/, ""),
    }));
}

/** Code blocks of a page are no files of one folder: each is alone. */
function virtualPath({ repo, path, file, markdown_extract }: Mark): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return markdown_extract ? `/${repo}/${path}/${name}/${name}` : `/${repo}/${path}`;
}
