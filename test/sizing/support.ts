import assert from "node:assert/strict";
import { catalogueModel } from "../../src/sizing/catalogue";
import { catalogueGpu } from "../../src/sizing/gpu-catalogue";
import { planMemory } from "../../src/sizing/plan";
import type { GpuSpec, MemoryPlan, PlanInput, PlannedModel } from "../../src/sizing/plan-types";
import { parseVersion, type VllmVersion } from "../../src/vllm/version";

export function version(text: string): VllmVersion {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
}

export function model(id: string): PlannedModel {
  const found = catalogueModel(id);
  assert.ok(found, id);
  return found;
}

export function gpu(name: string): GpuSpec {
  const found = catalogueGpu(name, undefined, "test");
  assert.ok(found, name);
  return found;
}

export function plan(id: string, card: string, release: string, more: Partial<PlanInput> = {}): MemoryPlan {
  return planMemory({ model: model(id), gpu: gpu(card), version: version(release), ...more });
}

/** Within a share of the expected value. */
export function close(actual: number | undefined, expected: number, share: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual / expected - 1) <= share,
    `${actual} is not within ${share} of ${expected}`,
  );
}
