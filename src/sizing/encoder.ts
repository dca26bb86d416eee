import type { ModelShape } from "./model-shape";
import { GIB } from "./quantity";

export interface EncoderPeak {
  /** GiB while a tower works on its largest batch, alone; 0 when that is not known. */
  readonly alone: number;
  /** GiB of its results, which the profile run keeps while the language model works. */
  readonly held: number;
  /** What a band has to add below and above. */
  readonly low: number;
  readonly high: number;
}

export const NO_ENCODER: EncoderPeak = { alone: 0, held: 0, low: 0, high: 0 };

interface EncoderRequest {
  readonly shape: ModelShape;
  readonly tokens: number;
  readonly tensor: number;
  /** Bytes of one activation element. */
  readonly element: number;
}

/**
 * Work of a vision or audio tower in the profile run, before the language model's: vLLM runs it on as many of the largest items as
 * the token budget holds, one at least, then keeps the results.
 *
 * Of the Qwen-VL families the largest image has 16384 tokens of 4 patches, and one layer holds
 * `patches x (2 Hv + 2 Iv / tp) x 2 B` beside its pixels in 32 bits: 1.71 GiB for Qwen3.5 9B (1.77 measured), 1.63 for the 4B (1.59).
 * The sizes of other processors are in no config.json: measured additions run from 0.1 GiB (Mistral Small 3, Gemma 3) over 0.3 (LLaVA) to several.
 * Source: profile_run in vllm/v1/worker/gpu_model_runner.py; vision_config and preprocessor_config.json of Qwen3-VL and Qwen2.5-VL.
 */
export function encoderPeak(request: EncoderRequest): EncoderPeak {
  const { shape, tokens, tensor, element } = request;
  if (shape.modality === "audio") return { alone: 0, held: 0.4, low: 0.3, high: 2.6 };
  if (shape.modality !== "vision") return NO_ENCODER;
  const tower = towerOf(shape);
  if (tower === undefined) return { alone: 0, held: 0.13, low: 0.13, high: 1.4 };
  const images = Math.max(1, Math.floor(tokens / LARGEST_IMAGE));
  const patches = images * LARGEST_IMAGE * 4;
  const layer = patches * (2 * tower.hidden + (tower.matrices * tower.ffn) / tensor) * element;
  const alone = (layer + patches * tower.pixels * 4) / GIB;
  const held = (images * LARGEST_IMAGE * shape.hidden * element * tower.outputs) / GIB;
  return { alone, held, low: 0, high: Math.max(1.5, 0.8 * alone) };
}

const LARGEST_IMAGE = 16384;

interface Tower {
  readonly layers: number;
  readonly hidden: number;
  readonly ffn: number;
  /** Widths of the MLP that live at once. */
  readonly matrices: number;
  /** Numbers of a patch: 3 colours, 2 frames, its pixels. */
  readonly pixels: number;
  /** Results of a token, in widths of the language model: Qwen3-VL adds those of three inner layers. */
  readonly outputs: number;
}

/**
 * Parameters of the vision and audio towers, which vLLM does not load under `--language-model-only` or limits of 0 (from 0.16 on);
 * undefined where the sizes are not known. Layers x (4 x width^2 + matrices x width x MLP) and what joins them to the language model
 * for Qwen; as published for Gemma (0.84 GiB less on Gemma 4 E2B, measured on 0.21).
 * Source: _mark_tower_model in vllm/model_executor/models/interfaces.py; vision_config of Qwen3-VL and Qwen2.5-VL; model cards of Gemma.
 */
export function towerParameters(shape: ModelShape): number | undefined {
  if (/^Gemma4/.test(shape.architecture)) return shape.hidden <= 2560 ? 450e6 : 550e6;
  if (/^Gemma3For(Conditional|Causal)/.test(shape.architecture) && shape.modality === "vision") return 420e6;
  const tower = towerOf(shape);
  if (tower === undefined) return undefined;
  const layer = 4 * tower.hidden ** 2 + tower.matrices * tower.hidden * tower.ffn;
  const merged = 4 * tower.hidden;
  return tower.layers * layer + tower.outputs * merged * (merged + shape.hidden);
}

function towerOf(shape: ModelShape): Tower | undefined {
  if (/^Qwen2_5_?VL/.test(shape.architecture))
    return { layers: 32, hidden: 1280, ffn: 3420, matrices: 3, pixels: 1176, outputs: 1 };
  if (/^Qwen2VL/.test(shape.architecture))
    return { layers: 32, hidden: 1280, ffn: 5120, matrices: 2, pixels: 1176, outputs: 1 };
  const deep = /^Qwen3VL/.test(shape.architecture);
  if (!deep && !/^Qwen3_5/.test(shape.architecture)) return undefined;
  const [layers, hidden, ffn] =
    shape.moe !== undefined || shape.hidden > 2560
      ? [27, 1152, 4304]
      : shape.hidden > 1024
        ? [24, 1024, 4096]
        : [12, 768, 3072];
  return { layers, hidden, ffn, matrices: 2, pixels: 1536, outputs: deep ? 4 : 1 };
}
