import { policyOf } from "../../src/autoscaling/policy";
import type { Folder } from "../../src/features/workspace/folder";
import { Workspace } from "../../src/features/workspace/workspace";
import { namedProfile } from "../../src/simulation/profile";
import { sustainableRate } from "../../src/simulation/capacity";
import { simulate, type Setup } from "../../src/simulation/run";
import { parseVersion } from "../../src/vllm/version";
import { capacityFor, FITTED, HELD_OUT, modelled, type Measurement } from "../simulation/measured";
import { contender, race } from "./measure";
import type { Result } from "./result";

const SCALED_OBJECT = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: s, namespace: llm}
spec:
  scaleTargetRef: {name: s}
  minReplicaCount: 1
  maxReplicaCount: 8
  triggers:
  - type: prometheus
    metadata: {serverAddress: http://p.m:9090, threshold: "10", query: "sum(vllm:num_requests_waiting)"}
  - type: prometheus
    metadata: {serverAddress: http://p.m:9090, threshold: "0.8", query: "sum(vllm:kv_cache_usage_perc)"}
`;

/** An hour of some 30,000 requests on up to eight replicas, and how far the model is from what was measured. */
export function simulation(): readonly Result[] {
  printErrors("measurements that its constants were fitted on", FITTED);
  printErrors("published measurements that it never saw", HELD_OUT);
  const setup = anHour();
  const [times] = race(
    [
      contender(
        () => setup,
        (given) => void simulate(given),
      ),
    ],
    20,
    5,
  );
  if (!times) throw new Error("nothing was measured");
  return [
    {
      name: "simulate an hour, 30,000 requests, 8 replicas",
      times,
      reference: undefined,
      value: times.median,
      ceiling: 100,
      unit: "ms",
    },
  ];
}

function anHour(): Setup {
  const [measurement] = FITTED;
  const workspace = new Workspace(() => ({}));
  workspace.set("s.yaml", SCALED_OBJECT);
  const folder: Folder = workspace.folderOf("s.yaml");
  const [scaler] = folder.view().scalers();
  const policy = scaler && policyOf(scaler);
  const version = parseVersion("0.16.0");
  if (!measurement || !policy || "problem" in policy || !version)
    throw new Error("the bench's own manifest is broken");
  const capacity = capacityFor(measurement);
  const rate = sustainableRate(capacity, 512, 256);
  return {
    capacity,
    policy,
    version,
    replicas: 1,
    profile: namedProfile("step", { low: 4, high: Math.max(12, 2 * rate), seconds: 3600 }),
    seed: 1,
    prompt: 512,
    output: 256,
    variation: 0.5,
    coldStart: 120,
    scrapeInterval: 30,
    graceSeconds: 30,
    requestedCores: undefined,
    namespace: "llm",
    workload: "s",
    model: measurement.model,
  };
}

function printErrors(what: string, measured: readonly Measurement[]): void {
  const rows = measured.map((row) => ({ row, got: modelled(row) }));
  console.table(
    rows.map(({ row, got }) => ({
      model: row.model,
      gpu: row.gpu,
      "at once": row.concurrency,
      what: row.what,
      measured: Number(row.value.toPrecision(4)),
      modelled: Number(got.toPrecision(4)),
      error: `${((got / row.value - 1) * 100).toFixed(0)} %`,
    })),
  );
  const mean = rows.reduce((sum, { row, got }) => sum + Math.abs(got / row.value - 1), 0) / rows.length;
  console.log(`Simulator against ${rows.length} ${what}: mean error ${(mean * 100).toFixed(1)} %`);
}
