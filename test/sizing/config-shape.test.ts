import assert from "node:assert/strict";
import fc from "fast-check";
import { shapeFromConfig } from "../../src/sizing/config-shape";
import type { ModelShape } from "../../src/sizing/model-shape";
import { parameterParts } from "../../src/sizing/parameters";
import { planMemory } from "../../src/sizing/plan";
import { close, gpu, model, version } from "./support";

function shape(json: unknown): ModelShape {
  const read = shapeFromConfig(json);
  assert.ok(!("problem" in read), JSON.stringify(read));
  return read;
}

const LLAMA = {
  architectures: ["LlamaForCausalLM"],
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  max_position_embeddings: 131072,
  torch_dtype: "bfloat16",
  tie_word_embeddings: false,
  rope_scaling: { factor: 8, rope_type: "llama3", original_max_position_embeddings: 8192 },
};

const DEEPSEEK = {
  architectures: ["DeepseekV3ForCausalLM"],
  hidden_size: 7168,
  intermediate_size: 18432,
  moe_intermediate_size: 2048,
  num_hidden_layers: 61,
  num_attention_heads: 128,
  num_key_value_heads: 128,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_experts_per_tok: 8,
  first_k_dense_replace: 3,
  moe_layer_freq: 1,
  kv_lora_rank: 512,
  q_lora_rank: 1536,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  v_head_dim: 128,
  vocab_size: 129280,
  max_position_embeddings: 163840,
  torch_dtype: "bfloat16",
  quantization_config: { quant_method: "fp8", weight_block_size: [128, 128] },
};

const HYBRID = {
  architectures: ["Qwen3NextForCausalLM"],
  hidden_size: 2048,
  intermediate_size: 5120,
  moe_intermediate_size: 512,
  shared_expert_intermediate_size: 512,
  num_experts: 512,
  num_experts_per_tok: 10,
  num_hidden_layers: 48,
  num_attention_heads: 16,
  num_key_value_heads: 2,
  head_dim: 256,
  full_attention_interval: 4,
  linear_num_key_heads: 16,
  linear_num_value_heads: 32,
  linear_key_head_dim: 128,
  linear_value_head_dim: 128,
  linear_conv_kernel_dim: 4,
  vocab_size: 151936,
  max_position_embeddings: 262144,
  partial_rotary_factor: 0.25,
  tie_word_embeddings: false,
  torch_dtype: "bfloat16",
};

const GEMMA = {
  architectures: ["Gemma3ForConditionalGeneration"],
  text_config: {
    hidden_size: 5376,
    intermediate_size: 21504,
    num_hidden_layers: 62,
    num_attention_heads: 32,
    num_key_value_heads: 16,
    head_dim: 128,
    sliding_window: 1024,
    sliding_window_pattern: 6,
    vocab_size: 262208,
    max_position_embeddings: 131072,
    rope_scaling: { factor: 8, rope_type: "linear" },
  },
  vision_config: { hidden_size: 1152 },
  torch_dtype: "bfloat16",
};

describe("config.json", () => {
  it("gives the shape that the catalogue holds", () => {
    for (const [json, id] of [
      [LLAMA, "meta-llama/Llama-3.1-8B-Instruct"],
      [DEEPSEEK, "deepseek-ai/DeepSeek-V3"],
      [HYBRID, "Qwen/Qwen3-Next-80B-A3B-Instruct"],
      [GEMMA, "google/gemma-3-27b-it"],
    ] as const) {
      const [read, known] = [shape(json), model(id).shape];
      assert.deepEqual(read.cache, known.cache, id);
      assert.equal(read.maxLength, known.maxLength, id);
      assert.equal(read.modality, known.modality, id);
      assert.deepEqual(read.quantization, known.quantization, id);
      const sum = parameterParts(read).reduce((total, part) => total + part.parameters, 0);
      close(sum, known.parameters ?? 0, read.towersMissing ? 0.03 : 0.005);
    }
  });

  it("derives the longest context", () => {
    const length = (more: object) => shape({ ...LLAMA, rope_scaling: null, ...more }).maxLength;
    assert.equal(
      length({
        max_position_embeddings: 32768,
        rope_scaling: { type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
      }),
      131072,
    );
    assert.equal(
      length({ max_position_embeddings: 4096, rope_scaling: { type: "linear", factor: 4 } }),
      16384,
    );
    assert.equal(length({ model_max_length: 2048 }), 2048);
    assert.equal(
      length({ max_position_embeddings: 131072, rope_scaling: { type: "longrope", short_factor: [1] } }),
      131072,
    );
    assert.equal(length({ max_position_embeddings: undefined }), undefined);
  });

  it("reads every way to say how weights are quantised", () => {
    const of = (quantization_config: object) => shape({ ...LLAMA, quantization_config }).quantization;
    assert.deepEqual(
      [
        of({ quant_method: "awq", bits: 4, group_size: 128 })?.bits,
        of({ quant_method: "gptq", bits: 8 })?.bits,
      ],
      [4, 8],
    );
    assert.equal(of({ quant_method: "bitsandbytes", load_in_4bit: true })?.bits, 4);
    assert.equal(
      of({ quant_method: "modelopt", quant_algo: "NVFP4", kv_cache_quant_algo: "FP8" })?.kvCacheDtype,
      "fp8",
    );
    assert.equal(
      of({
        quant_method: "compressed-tensors",
        format: "pack-quantized",
        config_groups: { group_0: { weights: { num_bits: 4, group_size: 128 } } },
      })?.group,
      128,
    );
    assert.equal(of({ quant_method: "new-thing" }), undefined);
  });

  it("says what is missing", () => {
    for (const json of [undefined, null, 3, "text", [], [LLAMA]])
      assert.deepEqual(shapeFromConfig(json), { problem: "config.json does not hold an object." });
    assert.match(JSON.stringify(shapeFromConfig({ ...LLAMA, vocab_size: -4 })), /no usable vocab_size/);
    assert.match(JSON.stringify(shapeFromConfig({ ...LLAMA, hidden_size: 1e99 })), /no usable hidden_size/);
    assert.match(JSON.stringify(shapeFromConfig({ ...LLAMA, hidden_size: 1e12 })), /which no model has/);
    assert.match(JSON.stringify(shapeFromConfig({})), /num_hidden_layers/);
  });

  it("never throws on any JSON, nor does a plan made of it", () => {
    const keys = Object.keys({
      ...DEEPSEEK,
      ...HYBRID,
      ...GEMMA,
      ...GEMMA.text_config,
      layer_types: 0,
      hybrid_override_pattern: 0,
      linear_attn_config: 0,
    });
    const json = fc.oneof(
      fc.jsonValue(),
      fc
        .dictionary(fc.constantFrom(...keys), fc.oneof(fc.integer({ min: -1, max: 9000 }), fc.jsonValue()))
        .map((extra) => ({ ...LLAMA, ...extra })),
    );
    fc.assert(
      fc.property(json, (value) => {
        const read = shapeFromConfig(value);
        if ("problem" in read) return assert.ok(read.problem.length > 10);
        planMemory({
          model: { id: "x", shape: read, source: "config.json", confidence: "given" },
          gpu: gpu("H100"),
          version: version("0.28.0"),
        });
      }),
      { numRuns: 600 },
    );
  });

  it("reads layers one by one, in letters and in words", () => {
    const base = {
      architectures: ["NemotronHForCausalLM"],
      hidden_size: 2688,
      intermediate_size: 1856,
      num_attention_heads: 32,
      num_key_value_heads: 2,
      head_dim: 128,
      vocab_size: 131072,
      max_position_embeddings: 262144,
      mamba_num_heads: 64,
      mamba_head_dim: 64,
      n_groups: 8,
      ssm_state_size: 128,
      conv_kernel: 4,
      n_routed_experts: 128,
      num_experts_per_tok: 6,
      n_shared_experts: 1,
      moe_intermediate_size: 1856,
      moe_shared_expert_intermediate_size: 3712,
      tie_word_embeddings: false,
    };
    const letters = "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME";
    const words = [...letters].map((c) => ({ M: "mamba", E: "moe" })[c] ?? "attention");
    for (const more of [
      { hybrid_override_pattern: letters, num_hidden_layers: 52 },
      { layers_block_type: words },
    ]) {
      const read = shape({ ...base, ...more });
      assert.equal(read.layers, 52);
      assert.equal(read.moe?.layers, 23);
      assert.deepEqual(
        read.cache.map(({ kind, layers }) => [kind, layers]),
        [
          ["full", 6],
          ["state", 23],
        ],
      );
      // 31.6 billion as published.
      close(
        parameterParts(read).reduce((sum, part) => sum + part.parameters, 0),
        31.6e9,
        0.01,
      );
    }
  });

  it("counts the parameters of a vision tower", () => {
    const read = shape({
      ...LLAMA,
      architectures: ["LlavaForConditionalGeneration"],
      vision_config: { hidden_size: 1024, num_hidden_layers: 24, intermediate_size: 4096 },
    });
    assert.equal(read.modality, "vision");
    close(read.parameters, 8.03e9 + 24 * (4 * 1024 ** 2 + 2 * 1024 * 4096), 0.005);
  });

  it("reads what ModelOpt leaves in 16 bits, and in 8", () => {
    const ignore = [0, 1, 2].map((i) => `model.layers.${i}.self_attn*`);
    const bare = { quantization_config: { quant_method: "modelopt", quant_algo: "NVFP4", ignore } };
    assert.equal(shape({ ...LLAMA, ...bare }).quantization?.on, "mlp");
    assert.equal(shape({ ...DEEPSEEK, ...bare }).quantization?.on, "experts");
    const quantized_layers = {
      "model.layers.0.self_attn.q_proj": { quant_algo: "FP8" },
      "model.layers.0.mlp.up_proj": { quant_algo: "W4A16_NVFP4", group_size: 16 },
    };
    const mixed = shape({
      ...LLAMA,
      quantization_config: { quant_algo: "MIXED_PRECISION", quantized_layers },
    });
    assert.equal(mixed.quantization?.attentionBits, 8);
    assert.equal(mixed.quantization.bits, 4);
  });

  it("reads compressed attention and short experts", () => {
    const read = shape({
      ...DEEPSEEK,
      architectures: ["DeepseekV4ForCausalLM"],
      num_hidden_layers: 4,
      kv_lora_rank: undefined,
      head_dim: 512,
      index_head_dim: 128,
      expert_dtype: "fp4",
      sliding_window: 128,
      compress_ratios: [0, 4, 128, 4, 0],
    });
    const [layers] = read.cache;
    assert.ok(
      layers?.kind === "compressed" && layers.fine === 2 && layers.coarse === 1,
      JSON.stringify(layers),
    );
    assert.equal(read.quantization?.expertBits, 4);
  });
});
