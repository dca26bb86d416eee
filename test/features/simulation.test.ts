import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { type Service, type Simulated, type SimulationWish } from "../../src/service";
import { serviceWith } from "../service";

const example = (name: string): string => readFileSync(`examples/${name}`, "utf8");

const ARTICLE = {
  "a/deployment.yaml": example("article/deployment.yaml"),
  "a/scaledobject.yaml": example("article/scaledobject.yaml"),
};

function run(service: Service, path: string, wish: Partial<SimulationWish> = {}): Simulated {
  const answer = service.scaling(path).simulate({ profile: "step", ...wish });
  assert.ok(!("problem" in answer), "problem" in answer ? answer.problem : "");
  return answer;
}

describe("simulating the article's ScaledObject", () => {
  for (const seed of [1, 2, 3])
    it(`loses its replicas under load as printed, and keeps them after the fixes (seed ${seed})`, () => {
      const { before, after } = run(serviceWith(ARTICLE), "a/scaledobject.yaml", { seed });
      assert.ok(after);
      // The first wave is the cold start's; nothing but spare replicas spares it.
      const [, ...original] = before.summary.waves;
      const [, ...repaired] = after.summary.waves;
      assert.ok(Math.max(...original) > 700, `as printed: ${before.summary.waves.join(", ")}`);
      assert.ok(Math.max(0, ...repaired) < 350, `fixed: ${after.summary.waves.join(", ")}`);
      assert.ok((after.summary.ttft95 ?? 0) < (before.summary.ttft95 ?? 0), "answers come sooner");
      assert.ok(after.summary.podHours < before.summary.podHours, "with fewer GPUs");
      assert.equal(before.wins[1], 0, "the renamed metric never asks for anything");
      assert.ok((after.wins[1] ?? 0) > 0);
    });

  it("tells what went in and what came out", () => {
    const { title, before, inputs } = run(serviceWith(ARTICLE), "a/scaledobject.yaml");
    assert.equal(title, "ScaledObject vllm-scaler");
    assert.match(before.sentences.join(" "), /the queue came back/);
    assert.match(before.sentences.join(" "), /never asked for the most/);
    for (const name of ["load", "cold start", "KV cache", "GPU", "seed"])
      assert.ok(
        inputs.some((input) => input.name === name && input.origin !== ""),
        name,
      );
  });

  it("gives the same picture for the same seed, from either file", () => {
    const service = serviceWith(ARTICLE);
    const first = run(service, "a/scaledobject.yaml", { seed: 5 });
    assert.deepEqual(first, run(serviceWith(ARTICLE), "a/scaledobject.yaml", { seed: 5 }));
    assert.deepEqual(first.before.course, run(service, "a/deployment.yaml", { seed: 5 }).before.course);
    assert.notDeepEqual(first.before.course, run(service, "a/scaledobject.yaml", { seed: 6 }).before.course);
  });

  it("changes with the text", () => {
    const service = serviceWith(ARTICLE);
    service.setFile(
      "a/scaledobject.yaml",
      ARTICLE["a/scaledobject.yaml"].replace("maxReplicaCount: 8", "maxReplicaCount: 4"),
    );
    assert.equal(run(service, "a/scaledobject.yaml").before.summary.peakReplicas, 4);
  });
});

describe("simulating others", () => {
  it("an HPA on CPU never scales", () => {
    const { before } = run(
      serviceWith({ "b/all.yaml": example("broken/cpu-autoscaling.yaml") }),
      "b/all.yaml",
    );
    assert.equal(before.summary.peakReplicas, 1);
  });

  it("scale to zero on pod metrics never leaves zero", () => {
    const text = ARTICLE["a/scaledobject.yaml"].replace("minReplicaCount: 1", "minReplicaCount: 0");
    const { before } = run(serviceWith({ ...ARTICLE, "a/scaledobject.yaml": text }), "a/scaledobject.yaml");
    assert.equal(before.summary.refused, before.summary.requests);
    assert.match(before.sentences[0] ?? "", /found no ready replica/);
  });

  it("profiles and recordings", () => {
    const service = serviceWith(ARTICLE);
    for (const profile of ["burst", "ramp", "day"] as const)
      assert.equal(run(service, "a/scaledobject.yaml", { profile }).profile, profile);
    const recording = { recording: "0,1\n600,9\n1200,1\n1800,1" };
    assert.equal(run(service, "a/scaledobject.yaml", { profile: recording }).before.course.time.at(-1), 1800);
  });
});

describe("what cannot be simulated ends in a sentence", () => {
  const rows: readonly (readonly [string, Partial<SimulationWish>, (text: string) => string, RegExp])[] = [
    ["a rate of a stadium", { high: 1e9 }, (text) => text, /rate must be/],
    ["no rate", { high: -1 }, (text) => text, /rate must be/],
    ["a second", { seconds: 1 }, (text) => text, /time must be/],
    ["a year", { seconds: 3e7 }, (text) => text, /time must be/],
    [
      "too many requests",
      { high: 9999, low: 9999, seconds: 604_800 },
      (text) => text,
      /over 2000000 requests/,
    ],
    ["NaN", { prompt: NaN }, (text) => text, /tokens/],
    [
      "a recording of a stadium",
      { profile: { recording: "0,1e9\n600,1e9" } },
      (text) => text,
      /over 2000000 requests/,
    ],
    [
      "a recording of a year",
      { profile: { recording: "0,1\n31536000,1" } },
      (text) => text,
      /longer than seven days/,
    ],
    ["a recording of one moment", { profile: { recording: "5,1\n5,2" } }, (text) => text, /at one time/],
    [
      "a recording that runs backwards below zero",
      { profile: { recording: "0,-1\n60,2" } },
      (text) => text,
      /recording/,
    ],
    ["a cold start of a week", { coldStart: 604_800 }, (text) => text, /at most a day/],
    ["a threshold of 0", {}, (text) => text.replaceAll(/threshold: .*/g, 'threshold: "0"'), /above 0/],
    ["a recording that is none", { profile: { recording: "hello" } }, (text) => text, /recording/],
    [
      "most below least",
      {},
      (text) => text.replace("minReplicaCount: 1", "minReplicaCount: 9"),
      /fewer than the least/,
    ],
    [
      "a million replicas",
      {},
      (text) => text.replace("maxReplicaCount: 8", "maxReplicaCount: 1000000"),
      /more than can be worked out/,
    ],
    [
      "a templated maximum",
      {},
      (text) => text.replace("maxReplicaCount: 8", "maxReplicaCount: {{ .Values.max }}"),
      /not known/,
    ],
    ["polling every 0 s", {}, (text) => text.replace("cooldownPeriod: 300", "pollingInterval: 0"), /below 1/],
    [
      "another workload",
      {},
      (text) => text.replace("name: vllm-inference", "name: other"),
      /No autoscaler of a vLLM server/,
    ],
  ];
  for (const [name, wish, change, sentence] of rows)
    it(name, () => {
      const service = serviceWith({
        ...ARTICLE,
        "a/scaledobject.yaml": change(ARTICLE["a/scaledobject.yaml"]),
      });
      const answer = service.scaling("a/scaledobject.yaml").simulate({ profile: "step", ...wish });
      assert.match("problem" in answer ? answer.problem : "none", sentence);
    });

  it("never throws on numbers of any size", () => {
    const service = serviceWith(ARTICLE);
    const number = fc.oneof(fc.double(), fc.constantFrom(0, -1, 1e-9, 60, 1e308, Infinity));
    fc.assert(
      fc.property(
        fc.record({ high: number, low: number, prompt: number, output: number, coldStart: number }),
        (wish) => {
          service.scaling("a/scaledobject.yaml").simulate({ profile: "burst", seconds: 60, ...wish });
        },
      ),
      { numRuns: 60 },
    );
  });
});
