import { parseAllDocuments } from "yaml";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { createService, type Service } from "../../src/service";
import { largeFile, smallFile, unrelatedFile } from "./manifests";
import { contender, race } from "./measure";
import { ratio, type Result } from "./result";

export function newService(): Service {
  return createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-01-01",
    ruleFailed: (rule, error) => {
      throw new Error(`rule ${rule} failed`, { cause: error });
    },
  });
}

/** What the editor asks after each change. */
function look(service: Service, path: string): void {
  service.diagnostics(path);
  service.lenses(path);
}

/** A keystroke somewhere in a large file, and in a small one. */
export function editing(): readonly Result[] {
  return [
    edit("edit to findings, 100 documents", largeFile(), { ceiling: 0.15, goal: 1 / 20 }),
    edit("edit to findings, 70 lines", smallFile(), { ceiling: 4, goal: 2 }),
  ];
}

/** A person types one key after another, and nobody parses the whole file in between: with each turn of keys it is parsed once. */
const KEYS_IN_A_ROW = 10;
const TURNS = 60;

function edit(name: string, text: string, limits: { ceiling: number; goal: number }): Result {
  const path = "/bench/models.yaml";
  const service = newService();
  service.setFile(path, text);
  look(service, path);
  if (service.diagnostics(path).length === 0) throw new Error("the manifests are made to have findings");
  const typist = new Typist(text);
  const editing = contender(
    (round) => typist.type(round),
    (edited) => {
      service.setFile(path, edited);
      look(service, path);
    },
    KEYS_IN_A_ROW,
  );
  const parsing = contender(
    () => typist.text,
    (edited) => void parseAllDocuments(edited),
  );
  const [own, parse] = race([editing, parsing], TURNS, TURNS / 4);
  if (!own || !parse) throw new Error("nothing was measured");
  return ratio(`${name} (${lines(text)} lines)`, own, { name: "yaml parses the file", times: parse }, limits);
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}

/** Changes one number after another, each in another document, as a person does: no text comes twice. */
class Typist {
  constructor(public text: string) {}

  type(round: number): string {
    const places = placesToEdit(this.text);
    const place = places[(round * 37) % Math.max(1, places.length)];
    if (!place) throw new Error("the manifests are made to have numbers");
    this.text = this.text.slice(0, place.start) + String(place.value + 1) + this.text.slice(place.end);
    return this.text;
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** Numbers that people change: in a server, a service, a scaler, a claim, a config map. */
function placesToEdit(text: string): readonly Place[] {
  const numbers = text.matchAll(
    /(?<=max-model-len[= ]|replicas: | port: |threshold: "|storage: |WARMUP: ")\d+/g,
  );
  return [...numbers].map(({ index, 0: digits }) => ({
    start: index,
    end: index + digits.length,
    value: Number(digits),
  }));
}

/** A file without any sign of vLLM costs one scan. */
export function unrelated(): readonly Result[] {
  const text = unrelatedFile();
  if (/vllm/i.test(text)) throw new Error("the file is made to have no sign of vLLM");
  const path = "/bench/shop.yaml";
  const service = newService();
  const opening = contender(
    (round) => `${text}# ${round}\n`,
    (changed) => {
      service.setFile(path, changed);
      look(service, path);
    },
  );
  const parsing = contender(
    (round) => `${text}# ${round}\n`,
    (changed) => void parseAllDocuments(changed),
  );
  const [own, parse] = race([opening, parsing], 40, 10);
  if (!own || !parse) throw new Error("nothing was measured");
  return [
    ratio(
      `file without vLLM (${lines(text)} lines)`,
      own,
      { name: "yaml parses the file", times: parse },
      { ceiling: 1 / 100 },
    ),
  ];
}
