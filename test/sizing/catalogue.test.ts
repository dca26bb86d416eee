import assert from "node:assert/strict";
import { checkGpus } from "../../scripts/data/check-gpus";
import { checkModels } from "../../scripts/data/check-models";
import { findGpu } from "../../src/data/gpus";
import { findModel, modelIds, modelSource } from "../../src/data/models";
import { catalogueModel } from "../../src/sizing/catalogue";
import { catalogueGpu } from "../../src/sizing/gpu-catalogue";
import { parametersFromName } from "../../src/sizing/name-range";

describe("catalogues", () => {
  it("are understood to the last key", () => {
    assert.ok(checkModels() > 400);
    assert.ok(checkGpus() > 50);
  });

  it("find a model by id, alias, mirror, path and quantised copy", () => {
    assert.equal(findModel("QWEN/qwen3-8b")?.id, "Qwen/Qwen3-8B");
    assert.equal(findModel("Qwen/Qwen3.8-27B")?.id, "Qwen/Qwen3.6-27B");
    assert.equal(catalogueModel("Qwen/Qwen3-8B")?.source, "catalogue");
    assert.match(catalogueModel("/models/Qwen3-8B/")?.source ?? "", /Qwen\/Qwen3-8B by its name/);
    const copy = catalogueModel("somebody/Qwen2.5-14B-Instruct-GPTQ-Int8");
    assert.equal(copy?.shape.quantization?.bits, 8);
    assert.equal(copy?.confidence, "computed");
    assert.equal(catalogueModel("casperhansen/llama-3-70b-instruct-awq")?.shape.layers, 80);
    assert.equal(catalogueModel("somebody/unheard-of-model"), undefined);
    assert.equal(catalogueModel(""), undefined);
    assert.ok(modelIds().includes("deepseek-ai/DeepSeek-R1"));
    const entry = findModel("openai/gpt-oss-20b");
    assert.match((entry && modelSource(entry)) ?? "", /aiconfigurator/);
  });

  it("find a card by label, short name, cloud name, instance type and MIG slice", () => {
    const cases: [string, string, number | undefined][] = [
      ["NVIDIA-H100-80GB-HBM3", "H100 80GB SXM", undefined],
      ["nvidia-h100-80gb", "H100 80GB SXM", undefined],
      ["H100-80GB", "H100 80GB SXM", undefined],
      ["h100", "H100 80GB SXM", undefined],
      ["NVIDIA-L4-SHARED", "L4", undefined],
      ["l40s", "L40S", undefined],
      ["Tesla-T4", "Tesla T4", undefined],
      ["g6.12xlarge", "L4", 4],
      ["p5.48xlarge", "H100 80GB SXM", 8],
      ["AMD_Instinct_MI300X_OAM", "Instinct MI300X", undefined],
      ["NVIDIA GeForce RTX 4090", "GeForce RTX 4090", undefined],
    ];
    for (const [text, name, count] of cases) {
      const match = findGpu(text);
      assert.equal(match?.entry.name, name, text);
      assert.equal(match.count, count, text);
    }
    assert.equal(findGpu("NVIDIA-A100-SXM4-80GB-MIG-3g.40gb")?.mig?.memoryGib, 39.25);
    assert.equal(catalogueGpu("NVIDIA-A100-SXM4-80GB", "nvidia.com/mig-1g.10gb", "label")?.memoryGib, 9.5);
    for (const two of ["V100", "Tesla-V100", "v100", "A100", "NVIDIA-A100"])
      assert.equal(findGpu(two), undefined, `${two} is two cards`);
    assert.equal(findGpu("nvidia-tesla-v100")?.entry.marketingGb, 16);
    assert.equal(findGpu("nvidia-tesla-a100")?.entry.marketingGb, 40);
    assert.equal(findGpu("A100-80GB")?.entry.marketingGb, 80);
    assert.equal(findGpu("toaster"), undefined);
    assert.equal(findGpu(""), undefined);
  });

  it("read billions of parameters out of names", () => {
    const cases: [string, number | undefined][] = [
      ["acme/Foo-70B-Instruct", 70],
      ["foo-1.5b", 1.5],
      ["Foo-30B-A3B", 30],
      ["foo-350m", 0.35],
      ["bert-base", undefined],
      ["gpt-4", undefined],
      ["Foo-8x7B", 47.6],
    ];
    for (const [name, billions] of cases) assert.equal(parametersFromName(name), billions, name);
  });
});
