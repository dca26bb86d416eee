import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { checkFlags } from "../../scripts/data/check-flags";
import { findFlag } from "../../src/data/flags";
import { choicesAt, defaultAt, existsAt, isNegatableAt, matchFlag } from "../../src/vllm/flags";
import { parseVersion, type VllmVersion } from "../../src/vllm/version";

function at(text: string): VllmVersion {
  const version = parseVersion(text);
  assert.ok(version);
  return version;
}

describe("flag catalogue", () => {
  it("is understood to the last key", () => {
    assert.ok(checkFlags() > 350);
  });

  it("stays small", () => {
    assert.ok(statSync("src/data/flags.json").size <= 90_000);
  });

  const name = (written: string, version: string): string | undefined => {
    const match = matchFlag(written, at(version));
    return match && `${match.negated ? "!" : ""}${match.entry.flag}`;
  };

  it("finds a flag by any spelling its parser takes", () => {
    assert.equal(name("--tensor_parallel_size", "0.20.0"), "--tensor-parallel-size");
    assert.equal(name("-tp", "0.20.0"), "--tensor-parallel-size");
    assert.equal(name("--tensor-par", "0.20.0"), "--tensor-parallel-size");
    assert.equal(name("--no-enable-prefix-caching", "0.20.0"), "!--enable-prefix-caching");
    assert.equal(name("--kv-cache-memory", "0.20.0"), "--kv-cache-memory-bytes");
    assert.equal(name("--max-num", "0.20.0"), undefined);
    assert.equal(name("--preemption_mode", "0.6.0"), "--preemption-mode");
  });

  it("knows an alias only from its release on", () => {
    assert.equal(name("--device-memory-utilization", "0.31.0"), "--gpu-memory-utilization");
    assert.equal(name("--device-memory-utilization", "0.30.0"), undefined);
  });

  it("follows a flag through the releases", () => {
    const utilization = findFlag("--gpu-memory-utilization");
    const swap = findFlag("--swap-space");
    const caching = findFlag("--enable-prefix-caching");
    const cache = findFlag("--kv-cache-dtype");
    assert.ok(utilization && swap && caching && cache);
    assert.deepEqual(
      [defaultAt(utilization, at("0.19.1")), defaultAt(utilization, at("0.20.0"))],
      [0.9, 0.92],
    );
    assert.deepEqual([existsAt(swap, at("0.17.1")), existsAt(swap, at("0.18.0"))], [true, false]);
    assert.deepEqual(
      [isNegatableAt(caching, at("0.6.4")), isNegatableAt(caching, at("0.6.5"))],
      [false, true],
    );
    assert.deepEqual([defaultAt(caching, at("0.5.0")), defaultAt(caching, at("0.9.0"))], [false, null]);
    assert.equal(choicesAt(cache, at("0.10.0"))?.includes("nvfp4"), false);
    assert.equal(choicesAt(cache, at("0.20.0"))?.includes("nvfp4"), true);
  });
});
