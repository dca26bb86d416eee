import assert from "node:assert/strict";
import { withCalibration } from "../../src/features/calibration/calibration-file";
import { readConfigFile } from "../../src/features/settings/config-file";
import { liveManifest } from "../../src/features/live";
import { mergeSettings } from "../../src/features/settings/settings";
import { poolAsLog, poolDifference } from "../../src/live/kv-pool";
import type { Service } from "../../src/service";
import { deployment, PATH, serviceWith } from "./what-if-manifests";
import { serviceWith as serviceOf } from "../service";

const LOG = `INFO [core.py:58] Initializing a V1 LLM engine (v0.11.0) with config: model='Qwen/Qwen3-8B', tensor_parallel_size=1
INFO [gpu_model_runner.py:2653] Model loading took 15.2683 GiB and 9.1 seconds
INFO [gpu_worker.py:298] Available KV cache memory: 2.50 GiB`;

const KEPT = { vllm: "0.11.0", gpu: "L4", model: "Qwen/Qwen3-8B", tensorParallel: 1, overheadGib: 0.5 };

function withConfig(config: string, manifest = deployment({})): Service {
  const file = readConfigFile(config);
  assert.deepEqual(file.problems, []);
  const settings = mergeSettings(file.settings);
  return serviceOf({ [PATH]: manifest }, settings);
}

describe("Calibrate", () => {
  it("compares line by line and says what it would keep", () => {
    const comparison = serviceWith(deployment({})).compareWithLog(PATH, 0, LOG);
    assert.ok(comparison);
    assert.deepEqual(
      comparison.rows.map(({ name }) => name),
      ["Weights", "KV cache"],
    );
    assert.equal(comparison.rows[0]?.isInside, true);
    assert.match(comparison.rows[1]?.difference ?? "", /^[-+][\d.]+ [GM]iB$/);
    assert.equal(comparison.key, "Deployment/models/chat/vllm");
    assert.deepEqual(comparison.notes, []);
  });

  it("makes the plan what vLLM printed once it is kept", () => {
    const { calibration, key } = serviceWith(deployment({})).compareWithLog(PATH, 0, LOG) ?? {};
    assert.ok(calibration && key);
    const service = withConfig(withCalibration("", key, calibration));
    const [server] = service.sizes(PATH);
    assert.ok(Math.abs((server?.perGpu.kvCacheGiB ?? 0) - 2.5) < 0.011, String(server?.perGpu.kvCacheGiB));
    assert.ok(
      server?.assumptions.some(({ origin }) => origin === "calibrated with a log of vLLM 0.11.0 on L4"),
    );
    // The same log again is compared with the plan alone.
    assert.deepEqual(service.compareWithLog(PATH, 0, LOG)?.calibration, calibration);
  });

  it("takes the pool that a running server reports as it takes a log", () => {
    const plain = serviceWith(deployment({}));
    const planned = plain.answer(PATH, liveManifest).servers[0]?.kvTokens;
    assert.ok(planned);
    const pool = Math.round(planned.value * 0.8);
    assert.equal(Math.round(poolDifference(pool, planned) ?? 0), -20);
    const { calibration, key } = plain.compareWithLog(PATH, 0, poolAsLog(pool)) ?? {};
    assert.ok(calibration && key);
    const service = withConfig(withCalibration("", key, calibration));
    const kept = service.answer(PATH, liveManifest).servers[0]?.kvTokens;
    assert.ok(kept && Math.abs(kept.value - pool) / pool < 0.01, `${kept?.value} of ${pool}`);
    assert.equal(poolDifference(pool, kept), undefined);
  });

  it("leaves a measurement alone that was made with something else, and says so", () => {
    const plain = serviceWith(deployment({})).sizes(PATH)[0]?.perGpu.kvCacheGiB;
    for (const [other, why] of [
      [{ vllm: "0.10.2" }, /measured with vLLM 0\.10\.2, not 0\.11\.0/],
      [{ gpu: "A10G" }, /GPU A10G/],
      [{ model: "acme/chat" }, /model acme\/chat/],
      [{ tensorParallel: 2 }, /tensor parallel size 2/],
    ] as const) {
      const config = withCalibration("", "Deployment/models/chat/vllm", { ...KEPT, ...other });
      const [server] = withConfig(config).sizes(PATH);
      assert.equal(server?.perGpu.kvCacheGiB, plain);
      const note = server?.assumptions.find(({ name }) => name === "calibration");
      assert.match(note?.origin ?? "", why);
    }
  });

  it("keeps nothing of another server's log, of a failed start, of no log at all", () => {
    const service = serviceWith(deployment({}));
    const other = service.compareWithLog(PATH, 0, LOG.replace("Qwen/Qwen3-8B", "acme/chat"));
    assert.match(other?.notes.join(" ") ?? "", /The log is of `acme\/chat`/);
    const version = service.compareWithLog(PATH, 0, LOG.replace("v0.11.0", "v0.12.0"));
    assert.match(version?.notes.join(" ") ?? "", /vLLM 0\.12\.0, the manifest of 0\.11\.0/);
    const failed = service.compareWithLog(
      PATH,
      0,
      `${LOG}\nValueError: No available memory for the cache blocks.`,
    );
    assert.equal(failed?.failures.length, 1);
    const nothing = service.compareWithLog(PATH, 0, "hello");
    assert.match(nothing?.notes.join(" ") ?? "", /Nothing in this text/);
    for (const each of [other, version, failed, nothing]) assert.equal(each?.calibration, undefined);
  });

  it("is written into a workspace file without touching the rest, and anew in its place", () => {
    const before = "# ours\nrules:\n  storage: off # for now\n";
    const once = withCalibration(before, "Deployment/models/chat/vllm", KEPT);
    assert.ok(once.startsWith(before), once);
    const twice = withCalibration(once, "Deployment/models/chat/vllm", { ...KEPT, overheadGib: -0.25 });
    assert.deepEqual(readConfigFile(twice).problems, []);
    assert.deepEqual(readConfigFile(twice).settings.calibrations, {
      "Deployment/models/chat/vllm": { ...KEPT, overheadGib: -0.25 },
    });
    const both = withCalibration(twice, "Deployment/models/other/vllm", KEPT);
    assert.deepEqual(Object.keys(readConfigFile(both).settings.calibrations ?? {}).length, 2);
  });

  it("reports what is wrong with a calibration written by hand", () => {
    const { problems, settings } = readConfigFile('calibrations:\n  Deployment/a/b/c:\n    vllm: "0.11.0"\n');
    assert.match(problems[0]?.message ?? "", /not complete/);
    assert.deepEqual(settings.calibrations, {});
  });
});
