import { TextIndex } from "../../src/base/text";
import type { Service } from "../../src/service";
import { newService } from "./editing";
import { largeFile } from "./manifests";
import { timesOf } from "./measure";
import type { Result } from "./result";

/** Milliseconds at the 95th percentile, in a file of some 2,000 lines. */
const GOAL = 10;
/** A machine half as fast still passes. */
const CEILING = 20;

const PATH = "/bench/models.yaml";

/** A letter typed into the arguments of one server after another, and the question that the editor puts then. */
export function authoring(): readonly Result[] {
  const text = largeFile(30);
  const lines = text.split("\n").length - 1;
  const service = newService();
  service.setFile(PATH, text);
  const places = [...text.matchAll(/(?<=--)(?=max-model-len)/g)].map(({ index }) => index);
  if (places.length < 5) throw new Error("the manifests are made to have options");
  // A person types on where they are.
  const placeOf = (round: number): number => places[Math.floor(round / 10) % places.length] ?? 0;
  return [
    measured(`completion, ${lines} lines`, (round) => typed(service, text, placeOf(round), round)),
    measured(`completion at an empty place, ${lines} lines`, (round) =>
      emptied(service, text, placeOf(round), round),
    ),
    measured(`hover, ${lines} lines`, (round) => hovered(service, text, placeOf(round), round)),
  ];
}

const WARM_UP = 50;
const ROUNDS = 200;

/** Of the processor: at the 95th percentile a clock on the wall tells what else the machine does. */
function measured(name: string, prepare: (round: number) => () => void): Result {
  const samples: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const run = prepare(round);
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    if (round >= WARM_UP) samples.push((user + system) / 1000);
  }
  const times = timesOf(samples);
  return { name, times, reference: undefined, value: times.p95, ceiling: CEILING, goal: GOAL, unit: "ms" };
}

/** No text comes twice: the letters that are typed change from round to round. */
function letters(round: number): string {
  return String.fromCharCode(97 + (round % 26), 97 + (Math.floor(round / 26) % 26));
}

function typed(service: Service, text: string, place: number, round: number): () => void {
  const changed = `${text.slice(0, place)}${letters(round)}${text.slice(place + "max-model-len".length)}`;
  return asking(service, changed, place + 2, "completions");
}

/** Without the option: there the document is read once more with something in its place. */
function emptied(service: Service, text: string, place: number, round: number): () => void {
  const lineStart = text.lastIndexOf("\n", place) + 1;
  const lineEnd = text.indexOf("\n", place);
  const line = text.slice(lineStart, lineEnd);
  const lead = line.includes("- --")
    ? line.slice(0, line.indexOf("- --") + 2)
    : `${line.slice(0, line.indexOf("--"))}`;
  const changed = `${text.slice(0, lineStart)}${lead}${text.slice(lineEnd)}# ${letters(round)}\n`;
  return asking(service, changed, lineStart + lead.length, "completions");
}

function hovered(service: Service, text: string, place: number, round: number): () => void {
  return asking(service, `${text}# ${letters(round)}\n`, place + 3, "hover");
}

function asking(
  service: Service,
  text: string,
  offset: number,
  question: "completions" | "hover",
): () => void {
  const position = new TextIndex(text).positionAt(offset);
  return () => {
    service.setFile(PATH, text);
    const answer = service[question](PATH, position);
    if (answer === undefined || (Array.isArray(answer) && answer.length === 0))
      throw new Error(`no ${question} where there are some`);
  };
}
