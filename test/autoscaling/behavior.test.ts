import assert from "node:assert/strict";
import {
  DEFAULT_BEHAVIOR,
  limitWithBehavior,
  limitWithoutBehavior,
  NO_HISTORY,
  stabilize,
  type Behavior,
  type ScaleEvent,
  type ScalingPolicy,
  type ScalingRules,
} from "../../src/autoscaling/behavior";
import { combine, HpaController } from "../../src/autoscaling/controller";

const NOW = 1000;

/** `[pods, seconds, percent, seconds]`, as generateScalingRules in horizontal_test.go. */
function rules(
  [pods, podsPeriod, percent, percentPeriod]: readonly number[],
  windowSeconds: number,
): ScalingRules {
  const policies: ScalingPolicy[] = [];
  if (pods && podsPeriod) policies.push({ type: "Pods", value: pods, periodSeconds: podsPeriod });
  if (percent && percentPeriod)
    policies.push({ type: "Percent", value: percent, periodSeconds: percentPeriod });
  return { windowSeconds, select: "Max", policies };
}

/** Changes spread over a period that ends now, as generateEventsUniformDistribution there. */
function events(changes: readonly number[], period: number): readonly ScaleEvent[] {
  const step = period / (changes.length + 1);
  return changes.map((change, i) => ({ change, at: NOW - period + (i + 1) * step }));
}

/** Kubernetes' pkg/controller/podautoscaler/horizontal_test.go, TestScalingWithRules. */
describe("rate limits of a behavior (Kubernetes' cases)", () => {
  type Row = readonly [
    name: string, direction: "up" | "down", rules: readonly number[], current: number, desired: number, want: number,
    more?: { ups?: readonly number[]; downs?: readonly number[]; min?: number; max?: number },
  ]; // prettier-ignore
  const rows: readonly Row[] = [
    ["pods larger than percent", "up", [100, 60, 100, 60], 10, 500, 110],
    ["percent larger than pods", "up", [2, 60, 100, 60], 10, 500, 20],
    ["large pod policy", "up", [100, 60, 0, 0], 10, 50, 50],
    ["pod policy limitation", "up", [30, 60, 0, 0], 10, 50, 40],
    ["percent policy limitation", "up", [0, 0, 200, 60], 10, 50, 30],
    ["MaxReplicas with large pod policy and events", "up", [300, 60, 0, 0], 100, 500, 200, { ups: [1, 5, 9], max: 200 }],
    ["MaxReplicas with large percent policy and events", "up", [0, 0, 10000, 60], 100, 500, 200, { ups: [1, 5, 9], max: 200 }],
    ["a lot of recent scale up events", "up", [5, 120, 0, 0], 100, 500, 100, { ups: [1, 5, 9] }],
    ["pod policy and previous events", "up", [150, 120, 0, 0], 100, 500, 235, { ups: [1, 5, 9] }],
    ["percent policy and previous events", "up", [0, 0, 200, 120], 100, 500, 255, { ups: [1, 5, 9] }],
    ["percent policy, previous up and down events", "up", [0, 0, 300, 300], 6, 24, 16, { ups: [4], downs: [2] }],
    ["outdated events", "up", [1000, 60, 0, 0], 100, 200, 200, { ups: [8, 12, 9, 11] }],
    ["percent larger than pods", "down", [20, 60, 1, 60], 100, 2, 80],
    ["pods larger than percent", "down", [2, 60, 1, 60], 100, 2, 98],
    ["MinReplicas with large pod policy", "down", [100, 60, 0, 0], 10, 0, 1],
    ["MinReplicas with large percent policy", "down", [0, 0, 100, 60], 10, 2, 5, { min: 5 }],
    ["pod policy limitation", "down", [5, 60, 0, 0], 10, 2, 5],
    ["percent policy limitation", "down", [0, 0, 50, 60], 10, 5, 5],
    ["MinReplicas, large pod policy, previous events", "down", [115, 120, 0, 0], 100, 0, 1, { downs: [1, 5, 9] }],
    ["MinReplicas 5, large pod policy, previous events", "down", [130, 120, 0, 0], 100, 0, 5, { downs: [1, 5, 9], min: 5 }],
    ["MinReplicas 5, all of them, previous events", "down", [0, 0, 100, 120], 100, 2, 5, { downs: [1, 5, 9], min: 5 }],
    ["pod policy and previous events", "down", [5, 120, 0, 0], 100, 2, 100, { downs: [1, 5, 9] }],
    ["percent policy and previous events", "down", [0, 0, 50, 120], 100, 0, 56, { downs: [2, 4, 6] }],
    ["percent policy, previous up and down events", "down", [0, 0, 50, 180], 10, 1, 6, { ups: [2], downs: [4] }],
    ["previous events preventing more", "down", [0, 0, 10, 120], 100, 0, 100, { downs: [10, 10, 10] }],
    ["previous events still allowing more", "down", [0, 0, 1000, 120], 10, 5, 5, { downs: [10, 10, 10] }],
  ]; // prettier-ignore
  for (const [name, direction, given, current, desired, want, more = {}] of rows)
    it(`${direction}: ${name}`, () => {
      const behavior: Behavior = {
        ...DEFAULT_BEHAVIOR,
        [direction]: rules(given, direction === "up" ? 0 : 300),
      };
      const history = {
        ...NO_HISTORY,
        ups: events(more.ups ?? [], 120),
        downs: events(more.downs ?? [], 120),
      };
      const bounds = { minimum: more.min ?? 1, maximum: more.max ?? 1000 };
      assert.equal(limitWithBehavior(desired, current, { bounds, behavior, history }, NOW), want);
    });
});

describe("select policies", () => {
  const policies: readonly ScalingPolicy[] = [
    { type: "Pods", value: 4, periodSeconds: 60 },
    { type: "Percent", value: 10, periodSeconds: 60 },
  ];
  const rows: readonly (readonly [select: ScalingRules["select"], up: number, down: number])[] = [
    ["Max", 44, 36],
    ["Min", 44, 36],
    ["Disabled", 40, 40],
  ];
  // 10 % of 40 is 4 as well; of 80 it is 8.
  for (const [select, up, down] of rows)
    it(`${select} from 40`, () => {
      const both = { windowSeconds: 0, select, policies };
      const to = (desired: number): number =>
        limitWithBehavior(
          desired,
          40,
          { bounds: { minimum: 1, maximum: 200 }, behavior: { up: both, down: both }, history: NO_HISTORY },
          NOW,
        );
      assert.deepEqual([to(100), to(2)], [up, down]);
    });
  it("Min takes the smaller change, from 80", () => {
    const both = { windowSeconds: 0, select: "Min" as const, policies };
    const to = (desired: number): number =>
      limitWithBehavior(
        desired,
        80,
        { bounds: { minimum: 1, maximum: 200 }, behavior: { up: both, down: both }, history: NO_HISTORY },
        NOW,
      );
    assert.deepEqual([to(200), to(1)], [84, 76]);
  });
});

/** https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window */
describe("stabilisation windows", () => {
  const window = (up: number, down: number): Behavior => ({
    up: { ...DEFAULT_BEHAVIOR.up, windowSeconds: up },
    down: { ...DEFAULT_BEHAVIOR.down, windowSeconds: down },
  });
  const seen = (...pairs: readonly (readonly [ago: number, replicas: number])[]) =>
    pairs.map(([ago, replicas]) => ({ at: NOW - ago, replicas }));
  const rows: readonly (readonly [
    string, desired: number, current: number, ReturnType<typeof seen>, Behavior, want: number,
  ])[] = [
    ["down waits for the highest of the window", 2, 8, seen([60, 5], [200, 7]), window(0, 300), 7],
    ["what is older than the window is forgotten", 2, 8, seen([60, 5], [301, 7]), window(0, 300), 5],
    ["a window of 0 goes down at once", 2, 8, seen([15, 7]), window(0, 0), 2],
    ["up is at once by default", 9, 4, seen([15, 4]), window(0, 300), 9],
    ["up waits for the lowest of its window", 9, 4, seen([15, 6], [45, 5]), window(60, 300), 5],
    ["an up window never shrinks", 9, 4, seen([15, 2]), window(60, 300), 4],
    ["nothing seen yet", 3, 3, [], window(60, 300), 3],
  ]; // prettier-ignore
  for (const [name, desired, current, history, behavior, want] of rows)
    it(name, () => assert.equal(stabilize(desired, current, history, behavior, NOW), want));
});

/** horizontal.go, normalizeDesiredReplicas: what an HPA without `behavior` does. */
describe("without a behavior", () => {
  const rows: readonly (readonly [string, desired: number, current: number, recent: number, want: number])[] =
    [
      ["from 1 at most to 4", 8, 1, 0, 4],
      ["then double", 20, 4, 0, 8],
      ["down waits for 300 s", 1, 8, 6, 6],
      ["down at once when nothing higher was wanted", 3, 8, 3, 3],
      ["never above the maximum", 50, 8, 0, 10],
      ["never below the minimum", 0, 3, 0, 1],
    ];
  for (const [name, desired, current, recent, want] of rows)
    it(name, () => {
      const history = recent > 0 ? [{ at: NOW - 60, replicas: recent }] : [];
      assert.equal(limitWithoutBehavior(desired, current, { minimum: 1, maximum: 10 }, history, NOW), want);
    });
});

/** horizontal.go, computeReplicasForMetrics; TestScaleUpOneMetricInvalid and its neighbours in horizontal_test.go. */
describe("several metrics", () => {
  const failing = { error: "lost" };
  const rows: readonly (readonly [
    string,
    Parameters<typeof combine>[0],
    current: number,
    want: number | undefined,
  ])[] = [
    ["the largest wins", [{ replicas: 3 }, { replicas: 5 }, { replicas: 4 }], 2, 5],
    ["one invalid, the other up: up", [failing, { replicas: 4 }], 3, 4],
    ["one invalid, the other down: nothing", [failing, { replicas: 3 }], 5, undefined],
    ["one invalid, the other as it is", [{ replicas: 5 }, failing], 5, 5],
    ["all invalid: nothing", [failing, failing], 3, undefined],
    ["zero counts as a wish", [{ replicas: 0 }, { replicas: 0 }], 3, 0],
  ];
  for (const [name, outcomes, current, want] of rows)
    it(name, () => assert.equal(combine(outcomes, current)?.replicas, want));
});

describe("the controller over time", () => {
  const run = (
    behavior: Behavior | undefined,
    wanted: number,
    syncs: number,
    start: number,
  ): readonly number[] => {
    const controller = new HpaController({ minimum: 1, maximum: 8 }, behavior);
    const seen = [start];
    for (let i = 0; i < syncs; i++)
      seen.push(controller.sync(i * 15, seen.at(-1) ?? start, [{ replicas: wanted }]).replicas);
    return seen;
  };
  const paced: Behavior = {
    up: { windowSeconds: 0, select: "Max", policies: [{ type: "Pods", value: 2, periodSeconds: 60 }] },
    down: { windowSeconds: 0, select: "Max", policies: [{ type: "Pods", value: 1, periodSeconds: 30 }] },
  };
  it("goes from 1 to 8 in two syncs by default, with and without a behavior", () => {
    assert.deepEqual(run(undefined, 8, 2, 1), [1, 4, 8]);
    assert.deepEqual(run(DEFAULT_BEHAVIOR, 8, 2, 1), [1, 5, 8]);
  });
  it("adds two a minute", () => assert.deepEqual(run(paced, 8, 9, 1), [1, 3, 3, 3, 3, 5, 5, 5, 5, 7]));
  it("takes one every 30 s", () => assert.deepEqual(run(paced, 1, 5, 4), [4, 3, 3, 2, 2, 1]));
  it("keeps 0 replicas and comes back within the bounds", () => {
    const controller = new HpaController({ minimum: 1, maximum: 8 }, undefined);
    assert.deepEqual(controller.sync(0, 0, [{ replicas: 5 }]), {
      replicas: 0,
      winner: undefined,
      reason: "disabled",
    });
    assert.equal(controller.sync(15, 20, []).replicas, 8);
    assert.equal(new HpaController({ minimum: 2, maximum: 8 }, undefined).sync(0, 1, []).replicas, 2);
    assert.equal(controller.sync(30, 3, [{ error: "x" }]).replicas, 3);
  });
});
