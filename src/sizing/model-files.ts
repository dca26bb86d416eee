import { shapeFromConfig } from "./config-shape";
import { isRecord } from "../base/record";
import type { ModelShape } from "./model-shape";
import type { PlannedModel } from "./plan-types";
import { dtypeBytes } from "./quantization";

/** What a host found of a model: the texts of its files, or why there are none. */
export type ModelFiles = ModelTexts | { readonly problem: string };

export interface ModelTexts {
  readonly config: string;
  /** `model.safetensors.index.json`, whose `metadata.total_size` is the size of all weights. */
  readonly index?: string | undefined;
  /** `hf_quant_config.json`, where ModelOpt wrote its scheme before config.json held it. */
  readonly quantization?: string | undefined;
  /** Bytes of all weight files, when their sizes were seen. */
  readonly weightBytes?: number | undefined;
  /** `config.json beside the manifest`: shown as the origin of the dimensions. */
  readonly source: string;
}

/** A model of a few bytes up to a thousand times today's largest. */
const WEIGHTS = { least: 1e5, most: 1e15 };

/** Reads a model from its files; what cannot be used gives a sentence. Never throws. */
export function modelFromFiles(id: string, files: ModelFiles): PlannedModel | { readonly problem: string } {
  if ("problem" in files) return files;
  const json = parsedJson(files.config);
  if (json === undefined) return { problem: `The ${files.source} is not valid JSON, so it is not used.` };
  const shape = shapeFromConfig(withQuantization(json, files.quantization));
  if ("problem" in shape) return { problem: `The ${files.source} is not used: ${lowerFirst(shape.problem)}` };
  const bytes = weightBytes(files);
  return {
    id,
    shape: bytes === undefined ? shape : measured(shape, bytes),
    source: files.source,
    confidence: bytes === undefined ? "given" : "read",
  };
}

/** True for JSON that means to describe a model: many programs call their own settings config.json. */
export function looksLikeModelConfig(text: string): boolean {
  return /"(architectures|model_type|num_hidden_layers|hidden_size|n_layer)"\s*:/.test(text);
}

function weightBytes(files: ModelTexts): number | undefined {
  const index = files.index === undefined ? undefined : parsedJson(files.index);
  const metadata = isRecord(index) ? index["metadata"] : undefined;
  const stated = isRecord(metadata) ? metadata["total_size"] : undefined;
  return [stated, files.weightBytes].find(
    (bytes): bytes is number => typeof bytes === "number" && bytes >= WEIGHTS.least && bytes <= WEIGHTS.most,
  );
}

/** The size of the files stands in for what was computed; of an unquantised model it also tells the parameters. */
function measured(shape: ModelShape, bytes: number): ModelShape {
  const element = dtypeBytes(shape.dtype);
  if (shape.quantization !== undefined || element === undefined)
    return { ...shape, fileBytes: bytes, towersMissing: false };
  const draft = shape.mtp?.parameters ?? 0;
  return {
    ...shape,
    fileBytes: bytes,
    towersMissing: false,
    parameters: Math.max(1, Math.round(bytes / element) - draft),
  };
}

function withQuantization(json: unknown, text: string | undefined): unknown {
  if (!isRecord(json) || text === undefined) return json;
  const own = json["quantization_config"];
  const scheme = parsedJson(text);
  return isRecord(scheme)
    ? { ...json, quantization_config: { quant_method: "modelopt", ...scheme, ...(isRecord(own) ? own : {}) } }
    : json;
}

/** Python writes these, JSON has no word for them. */
const NOT_NUMBERS = /(?<=[:[,]\s*)-?(?:Infinity|NaN)(?=\s*[,\]}])/g;

/** Undefined for what is no JSON, also as Python writes it. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, "").replaceAll(NOT_NUMBERS, "null"));
  } catch {
    return undefined;
  }
}

function lowerFirst(text: string): string {
  return text.startsWith("config.json") ? text.replace(/^config\.json /, "it ") : text;
}
