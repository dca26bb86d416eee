import assert from "node:assert/strict";
import { desiredByAverageValue, desiredByValue } from "../../src/autoscaling/desired";
import { desiredByPods, type PodSample } from "../../src/autoscaling/pod-metrics";

/**
 * Cases of Kubernetes' own pkg/controller/podautoscaler/replica_calculator_test.go, each under its name there. Two containers a pod
 * there, so usage and request double alike; the ratios are the same.
 */
type Row = readonly [name: string, now: number, want: number | "error", pods: string, target: number];

/** `300 500! -`: samples in order, `!` for a pod whose CPU sample is set aside, `-` for a pod without one. */
function podsOf(text: string, request?: number): readonly PodSample[] {
  return text.split(" ").flatMap((word) =>
    word === ""
      ? []
      : [
          {
            usage: word.startsWith("-") ? undefined : Number(word.replace("!", "")),
            ignored: word.endsWith("!"),
            ...(request !== undefined && { request }),
          },
        ],
  );
}

const outcome = (result: ReturnType<typeof desiredByPods>): number | "error" =>
  "error" in result ? "error" : result.replicas;

describe("replicas by a resource's utilisation (Kubernetes' cases)", () => {
  const rows: readonly Row[] = [
    ["ScaleUp", 3, 5, "300 500 700", 0.3],
    ["ScaleUpUnreadyLessScale", 3, 4, "300! 500 700", 0.3],
    ["ScaleUpHotCpuLessScale", 3, 4, "300! 500 700", 0.3],
    ["ScaleUpUnreadyNoScale", 3, 3, "400 500! 700!", 0.3],
    ["ScaleHotCpuNoScale", 3, 3, "400 500! 700!", 0.3],
    ["ScaleUpIgnoresFailedPods", 2, 4, "500 700", 0.3],
    ["ScaleDown", 5, 3, "100 300 500 250 250", 0.5],
    ["ScaleDownIncludeUnreadyPods", 5, 2, "100 300 500 250! 250!", 0.5],
    ["ScaleDownExcludeUnscheduledPods", 5, 1, "100 -! -! -! -!", 0.5],
    ["ScaleDownIgnoreHotCpuPods", 5, 2, "100 300 500 250! 250!", 0.5],
    ["Tolerance", 3, 3, "1010 1030 1020", 1],
    ["MissingMetrics", 4, 3, "400 95 - -", 1],
    ["MissingMetricsNoChangeEq", 2, 2, "1000 -", 1],
    ["MissingMetricsNoChangeGt", 2, 2, "1900 -", 1],
    ["MissingMetricsNoChangeLt", 2, 2, "600 -", 1],
    ["MissingMetricsUnreadyChange", 3, 3, "100! 450 -", 0.5],
    ["MissingMetricsHotCpuNoChange", 3, 3, "100! 450 -", 0.5],
    ["MissingMetricsUnreadyScaleUp", 3, 4, "100! 2000 -", 0.5],
    ["MissingMetricsHotCpuScaleUp", 3, 4, "100! 2000 -", 0.5],
    ["MissingMetricsUnreadyScaleDown", 4, 3, "100! 100 100 -", 0.5],
    ["DuringRollingUpdateWithMaxSurge", 2, 2, "100 100 -", 0.5],
    ["EmptyMetrics", 4, "error", "- - -", 1],
  ];
  for (const [name, now, want, pods, utilization] of rows)
    it(name, () => assert.equal(outcome(desiredByPods(podsOf(pods, 1000), { utilization }, now)), want));

  it("EmptyCPURequest", () =>
    assert.equal(outcome(desiredByPods(podsOf("200"), { utilization: 1 }, 1)), "error"));
  it("no pods at all", () => assert.equal(outcome(desiredByPods([], { perPod: 1 }, 1)), "error"));
});

describe("replicas by a metric of each pod (Kubernetes' cases)", () => {
  const rows: readonly Row[] = [
    ["ScaleUpCM", 3, 4, "20000 10000 30000", 15000],
    ["ScaleUpCMUnreadyHotCpuNoLessScale", 3, 6, "50000 10000 30000", 15000],
    ["ScaleUpCMUnreadyHotCpuScaleWouldScaleDown", 3, 7, "50000 15000 30000", 15000],
    ["ScaleUpCMExternal, as a pods metric", 1, 2, "8600", 4400],
    ["ScaleDownCM", 5, 3, "12000 12000 12000 12000 12000", 20000],
    ["ToleranceCM", 3, 3, "20000 21000 21000", 20000],
  ];
  for (const [name, now, want, pods, perPod] of rows)
    it(name, () => assert.equal(outcome(desiredByPods(podsOf(pods), { perPod }, now)), want));
});

describe("replicas by one value for all pods (Kubernetes' cases)", () => {
  type ValueRow = readonly [
    name: string,
    now: number,
    want: number,
    value: number,
    target: number,
    ready?: number,
  ];
  const byValue: readonly ValueRow[] = [
    ["ScaleUpCMObject", 3, 4, 20, 15],
    ["ScaleUpCMObjectIgnoresUnreadyPods", 3, 5, 50, 10, 1],
    ["ScaleUpCMExternal", 1, 2, 8.6, 4.4],
    ["ScaleUpCMExternalIgnoresUnreadyPods", 3, 2, 8.6, 4.4, 1],
    ["ScaleDownCMObject", 5, 3, 12, 20],
    ["ScaleDownCMExternal", 5, 3, 8.6, 14.334],
    ["ToleranceCMObject", 3, 3, 20.666, 20],
    ["ToleranceCMExternal", 3, 3, 8.6, 8.888],
    ["from zero, without band and ready pods", 0, 2, 20, 15, 0],
  ];
  for (const [name, now, want, value, target, ready = now] of byValue)
    it(`Value: ${name}`, () => assert.equal(desiredByValue(value, target, now, ready), want));

  const byAverage: readonly ValueRow[] = [
    ["ScaleUpCMPerPodObject", 3, 4, 20, 5],
    ["ScaleUpPerPodCMExternal", 3, 4, 8.6, 2.15],
    ["ScaleDownPerPodCMObject", 5, 3, 6, 2],
    ["ScaleDownPerPodCMExternal", 5, 3, 8.6, 2.867],
    ["TolerancePerPodCMObject", 4, 4, 20.166, 5],
    ["TolerancePerPodCMExternal", 3, 3, 8.6, 2.9],
  ];
  for (const [name, now, want, value, target] of byAverage)
    it(`AverageValue: ${name}`, () => assert.equal(desiredByAverageValue(value, target, now), want));
});

describe("a tolerance of its own for each direction (KEP-4951)", () => {
  const rows: readonly (readonly [value: number, up: number, down: number, want: number])[] = [
    [10.4, 0.05, 0.1, 10],
    [10.6, 0.05, 0.1, 11],
    [9.1, 0.05, 0.1, 10],
    [8.9, 0.05, 0.1, 9],
    [10.01, 0, 0, 11],
    [10, 0, 0, 10],
    [14, 0.5, 0.1, 10],
    [6, 0.1, 0.5, 10],
  ];
  for (const [value, up, down, want] of rows)
    it(`${value} with +${up} and -${down}`, () =>
      assert.equal(desiredByAverageValue(value, 1, 10, { up, down }), want));
});
