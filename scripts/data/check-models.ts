import Ajv from "ajv";
import { modelEntries } from "../../src/data/models";
import catalogue from "../../src/data/models.json";
import { catalogueModel } from "../../src/sizing/catalogue";

const count = { type: "integer", minimum: 1 } as const;
const flag = { type: "boolean" } as const;
const name = { type: "string", minLength: 1 } as const;
const ids = { type: "array", items: name, minItems: 1, uniqueItems: true } as const;

function object(properties: object, required: readonly string[]): object {
  return { type: "object", properties, required, additionalProperties: false };
}

const PARTS = {
  moe: object(
    {
      experts: count,
      perToken: count,
      ffn: count,
      layers: count,
      sharedFfn: count,
      denseLayers: count,
      denseFfn: count,
      expertParams: count,
    },
    ["experts", "perToken", "ffn", "layers"],
  ),
  mla: object(
    {
      latent: count,
      rope: count,
      nope: count,
      value: count,
      queryLatent: count,
      indexDim: count,
      indexHeads: count,
    },
    ["latent", "rope", "nope", "value"],
  ),
  indexKeys: object({ layers: count, dim: count }, ["layers", "dim"]),
  window: object(
    {
      size: count,
      layers: count,
      chunked: flag,
      fullKvHeads: count,
      fullHeadDim: count,
      kvHeads: count,
      headDim: count,
    },
    ["size", "layers"],
  ),
  state: object(
    {
      kind: { enum: ["gdn", "kda", "mamba2", "mamba1", "lightning", "conv"] },
      layers: count,
      conv: count,
      kernel: count,
      state: count,
      dtype: { enum: ["float32", "bfloat16"] },
      keyWidth: count,
      valueWidth: count,
      heads: count,
    },
    ["kind", "layers"],
  ),
  compressed: object(
    { ratios: { type: "object", additionalProperties: count }, indexDim: count, window: count },
    ["ratios", "indexDim", "window"],
  ),
  quant: object(
    {
      method: {
        enum: ["fp8", "fbgemm_fp8", "awq", "gptq", "compressed-tensors", "modelopt", "mxfp4", "bitsandbytes"],
      },
      bits: { type: "number", minimum: 2, maximum: 8 },
      group: count,
      block: count,
      on: { enum: ["mlp", "experts"] },
      format: name,
      expertBits: count,
      kv: { enum: ["fp8"] },
      zero: flag,
      perTensor: flag,
    },
    ["method", "bits"],
  ),
};

const SCHEMA = object(
  {
    id: { type: "string", pattern: "^[\\w.-]+/[\\w.-]+$" },
    aliases: ids,
    base: name,
    arch: name,
    modality: {
      enum: [
        "text",
        "vision-language",
        "multimodal",
        "audio",
        "speech-to-text",
        "embedding",
        "embedding-encoder",
      ],
    },
    layers: count,
    hidden: count,
    heads: count,
    kvHeads: count,
    headDim: count,
    valueDim: count,
    ffn: count,
    vocab: count,
    maxLength: count,
    dtype: { enum: ["float16", "bfloat16", "float32"] },
    tied: flag,
    params: count,
    advertised: count,
    active: count,
    mtpParams: count,
    mtpLayers: count,
    towersMissing: flag,
    fileBytes: count,
    fileSource: name,
    cacheUnknown: flag,
    sharedKvLayers: count,
    attentionLayers: count,
    crossTokens: count,
    encoderLayers: count,
    ropeCopies: { type: "integer", minimum: 0 },
    ropeDim: count,
    ...PARTS,
    source: name,
    confidence: { enum: ["read", "computed", "recalled"] },
    recalled: ids,
  },
  ["id", "confidence"],
);

const OWN = [
  "arch",
  "modality",
  "layers",
  "hidden",
  "heads",
  "kvHeads",
  "headDim",
  "vocab",
  "dtype",
  "tied",
  "source",
];

/** Refuses the model catalogue when an entry is not understood to the last key or does not add up. Returns the number of entries. */
export function checkModels(): number {
  const validate = new Ajv({ allErrors: true, strict: true }).compile(SCHEMA);
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const entries = modelEntries() as readonly {
    readonly id: string;
    readonly aliases?: readonly string[];
    readonly base?: string;
  }[];
  const known = new Set(entries.map((entry) => entry.id));
  for (const entry of entries) {
    const say = (text: string): void => void problems.push(`${entry.id}: ${text}`);
    if (!validate(entry))
      for (const error of validate.errors ?? []) say(`${error.instancePath} ${error.message}`);
    if (entry.base === undefined) for (const key of OWN) if (!(key in entry)) say(`has no ${key}`);
    if (entry.base !== undefined && !known.has(entry.base)) say(`has an unknown base ${entry.base}`);
    for (const id of [entry.id, ...(entry.aliases ?? [])]) {
      const other = seen.get(id.toLowerCase());
      if (other !== undefined) say(`${id} is also named by ${other}`);
      seen.set(id.toLowerCase(), entry.id);
    }
    for (const text of meaningProblems(entry.id)) say(text);
  }
  if (problems.length > 0) throw new Error(`src/data/models.json:\n  ${problems.join("\n  ")}`);
  return entries.length;
}

/** What no schema sees: sources that are listed, heads that divide, layers that add up. */
function meaningProblems(id: string): string[] {
  const model = catalogueModel(id);
  if (model === undefined) return ["cannot be found by its id"];
  const problems: string[] = [];
  const { shape } = model;
  const entry = (modelEntries() as readonly { id: string; source?: string }[]).find((each) => each.id === id);
  const key = entry?.source?.split(":")[0];
  if (key !== undefined && key !== "other" && !(key in catalogue.sources))
    problems.push(`has an unknown source ${key}`);
  if (shape.heads % shape.kvHeads !== 0)
    problems.push(`${shape.kvHeads} KV heads do not divide ${shape.heads} heads`);
  if (shape.parameters === undefined && shape.fileBytes === undefined)
    problems.push("has neither parameters nor a size");
  const cached = shape.cache
    .filter((layers) => layers.kind !== "cross" && !("indexer" in layers))
    .reduce((sum, layers) => sum + layers.layers, 0);
  if (cached > shape.layers) problems.push(`caches ${cached} of ${shape.layers} layers`);
  return problems;
}
