import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFormula } from "../../src/autoscaling/formula";
import {
  fallbackReplicas,
  fallbackValue,
  Health,
  KedaSwitch,
  passOn,
  readAnswer,
  type Answer,
  type Fallback,
  type Switching,
} from "../../src/autoscaling/keda";

/** KEDA pkg/scalers/prometheus_scaler_test.go, testPromQueryResult: empty, several, NaN, infinite, plain. */
describe("answers of Prometheus", () => {
  const rows: readonly (readonly [Answer, ignoreNull: boolean, want: number | "error"])[] = [
    [2, true, 2],
    [2, false, 2],
    ["empty", true, 0],
    ["empty", false, "error"],
    ["several", true, "error"],
    ["several", false, "error"],
    ["unreachable", true, "error"],
    [NaN, true, 0],
    [NaN, false, "error"],
    [Infinity, true, 0],
    [Infinity, false, "error"],
  ];
  for (const [answer, ignoreNull, want] of rows)
    it(`${answer} with ignoreNullValues ${ignoreNull}`, () => {
      const read = readAnswer(answer, ignoreNull);
      assert.equal("value" in read ? read.value : "error", want);
    });
});

/** KEDA pkg/fallback/fallback_test.go and https://keda.sh/docs/2.20/reference/scaledobject-spec/#fallback. */
describe("fallback", () => {
  const plain: Fallback = { failureThreshold: 3, replicas: 10, behavior: "static" };
  it("reports target x replicas: 10 x 10 = 100", () =>
    assert.equal(fallbackValue(plain, { metricType: "AverageValue", target: 10 }, 4, 4), 100));
  it("reports target x replicas / ready for Value", () =>
    assert.equal(fallbackValue(plain, { metricType: "Value", target: 10 }, 4, 4), 25));
  const rows: readonly (readonly [Fallback["behavior"], current: number, want: number])[] = [
    ["static", 4, 10],
    ["currentReplicas", 4, 4],
    ["currentReplicasIfHigher", 4, 10],
    ["currentReplicasIfHigher", 12, 12],
    ["currentReplicasIfLower", 4, 4],
    ["currentReplicasIfLower", 12, 10],
  ];
  for (const [behavior, current, want] of rows)
    it(`${behavior} from ${current}`, () =>
      assert.equal(fallbackReplicas({ ...plain, behavior }, current), want));

  it("takes over with the failure after the threshold and lets go with the first answer", () => {
    const health = new Health(plain);
    const seen = ["empty", "empty", "empty", "empty", 5, "empty"].map((answer) => {
      const outcome = passOn(
        readAnswer(answer as Answer, false),
        health,
        () => 100,
        (value) => value / 10,
      );
      return "error" in outcome ? "error" : outcome.replicas;
    });
    assert.deepEqual(seen, ["error", "error", "error", 10, 0.5, "error"]);
  });
  it("never takes over when there is none", () => {
    const health = new Health(undefined);
    assert.deepEqual(
      Array.from({ length: 9 }, () => health.failed()),
      Array(9).fill(false),
    );
  });
});

/** KEDA pkg/scaling/executor/scale_scaledobjects_test.go and docs 2.20 on cooldownPeriod and idleReplicaCount. */
describe("from and to zero", () => {
  const zero: Switching = { minimum: 0, idle: undefined, cooldownSeconds: 300, initialCooldownSeconds: 0 };
  const active = { active: true, failing: false };
  const quiet = { active: false, failing: false };
  const failing = { active: false, failing: true };
  type Step = readonly [now: number, current: number, activity: typeof active, want: number];
  const cases: readonly (readonly [string, Switching, readonly Step[]])[] = [
    ["starts one replica when a trigger is active", zero, [[0, 0, active, 1]]],
    ["starts minReplicaCount when it is more", { ...zero, minimum: 3 }, [[0, 0, active, 3]]],
    ["leaves the rest to the HPA", zero, [[0, 5, active, 5]]],
    ["waits for the cooldown", zero, [[0, 2, active, 2], [300, 2, quiet, 2], [330, 2, quiet, 0]]],
    ["goes straight from many to none", zero, [[0, 7, active, 7], [301, 7, quiet, 0]]],
    ["each activity starts the cooldown anew", zero, [[0, 2, active, 2], [200, 2, active, 2], [400, 2, quiet, 2], [501, 2, quiet, 0]]],
    ["with a minimum of 1 the cooldown is never read", { ...zero, minimum: 1 }, [[0, 3, quiet, 3], [9999, 3, quiet, 3]]],
    ["below the minimum comes back to it", { ...zero, minimum: 2 }, [[0, 1, quiet, 2]]],
    ["goes to the idle count", { ...zero, minimum: 2, idle: 0 }, [[0, 4, active, 4], [301, 4, quiet, 0], [330, 0, active, 2]]],
    ["the initial cooldown keeps it up at first", { ...zero, initialCooldownSeconds: 600 }, [[500, 1, quiet, 1], [630, 1, quiet, 0]]],
    ["an error keeps what is there", zero, [[0, 4, failing, 4]]],
  ]; // prettier-ignore
  for (const [name, switching, steps] of cases)
    it(name, () => {
      const keda = new KedaSwitch(switching);
      for (const [now, current, activity, want] of steps)
        assert.equal(keda.poll(now, current, activity), want, `at ${now} s`);
    });
  it("an error with a fallback leaves zero", () => {
    const keda = new KedaSwitch(zero);
    assert.equal(keda.poll(0, 0, failing, { failureThreshold: 3, replicas: 2, behavior: "static" }), 2);
  });
});

/** https://keda.sh/docs/2.20/reference/scaledobject-spec/#scalingmodifiers and the operators of expr-lang. */
describe("scalingModifiers formulas", () => {
  const values = new Map([
    ["queue", 12],
    ["running", 30],
    ["kv", 0.5],
  ]);
  const rows: readonly (readonly [string, number | undefined])[] = [
    ["queue + running", 42],
    ["queue + running / 2", 27],
    ["(queue + running) / 2", 21],
    ["max([queue, running])", 30],
    ["min(queue, running)", 12],
    ["kv > 0.8 ? running * 2 : running", 30],
    ["kv > 0.4 && queue > 10 ? queue : 0", 12],
    ["kv < 0.4 || queue < 10 ? queue : running", 30],
    ["-queue + 2 ** 3", -4],
    ["running % 7", 2],
    ["mean([queue, running])", 21],
    ["median([1, queue, running])", 12],
    ["ceil(kv) + floor(kv) + abs(-1)", 2],
    ["not (queue > 10) ? 1 : 2", 2],
    ["queue / 0", undefined],
    ["missing + 1", undefined],
    ["kv > 0.4", undefined],
  ];
  for (const [formula, want] of rows)
    it(formula, () => assert.equal(parseFormula(formula)?.evaluate(values), want));
  it("is silent on what it does not know", () => {
    for (const text of [
      "",
      "queue +",
      "count([queue], {# > 1})",
      "queue in [1]",
      "os.exit()",
      "a ? b",
      "(".repeat(500),
    ])
      assert.equal(parseFormula(text), undefined, text);
  });
  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        (text) => void parseFormula(text)?.evaluate(values),
      ),
    );
  });
});
