import { inert } from "../../base/markdown";
import type { Position, Range } from "../../base/text";
import { wordAt } from "../completion/site";
import type { Folder } from "../workspace/folder";
import { argumentTopic } from "./arguments";
import { annotationTopic, probeTopic, resourceTopic, variableTopic } from "./kubernetes";
import type { Explainer, Topic } from "./topic";
import { memoryAt } from "../memory/memory-card";
import type { SourceFile } from "../workspace/workspace";

export interface Hover {
  readonly range: Range;
  readonly markdown: string;
  /** The server's position in its file, for a link to the breakdown; undefined where memory is not the topic. */
  readonly server: number | undefined;
}

/** The first that has something to say has the place. */
const EXPLAINERS: readonly Explainer[] = [
  argumentTopic,
  variableTopic,
  probeTopic,
  resourceTopic,
  annotationTopic,
];

/** What the word at a position means, and the server's memory where the word moves it. */
export function hoverAt(file: SourceFile, folder: Folder, position: Position): Hover | undefined {
  const hover = meaningAt(file, folder, position);
  return hover && { ...hover, markdown: inert(hover.markdown) };
}

function meaningAt(file: SourceFile, folder: Folder, position: Position): Hover | undefined {
  if (file.status === "too-large" || file.status === "conflict") return undefined;
  const memory = file.status === "analysed" ? memoryAt(file, folder, position) : undefined;
  const topic = topicAt(file, folder, position);
  if (!topic) return memory;
  if (!memory) return { range: topic.range, markdown: topic.markdown, server: undefined };
  // On a name its meaning comes first; on a value one looks for the numbers.
  const markdown = topic.isName ? `${topic.markdown}\n\n---\n\n${memory.markdown}` : memory.markdown;
  return { range: memory.range, markdown, server: memory.server };
}

function topicAt(file: SourceFile, folder: Folder, position: Position): Topic | undefined {
  const site = wordAt(file, folder, file.index.offsetAt(position));
  if (!site) return undefined;
  for (const explain of EXPLAINERS) {
    const topic = explain(site);
    if (topic) return topic;
  }
  return undefined;
}
