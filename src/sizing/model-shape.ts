/** What sizing needs to know of a model: the dimensions of its published `config.json` and the size of its files. */
export interface ModelShape {
  /** First entry of `architectures`, `LlamaForCausalLM`. */
  readonly architecture: string;
  readonly modality: "text" | "vision" | "audio" | "embedding" | "encoder";
  /** Decoder layers. */
  readonly layers: number;
  readonly hidden: number;
  /** Query heads; tensor parallelism must divide them. */
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly valueDim: number;
  /** Width of a dense MLP; 0 when there is none. */
  readonly ffn: number;
  /** Matrices of one MLP: 3 with a gate, 2 without. */
  readonly mlpMatrices: 2 | 3;
  readonly vocab: number;
  readonly tied: boolean;
  /** Longest context as vLLM derives it, RoPE scaling included. */
  readonly maxLength: number | undefined;
  readonly dtype: string;
  /** What the KV cache holds, by kind of layer. Empty for encoders. */
  readonly cache: readonly CacheLayers[];
  /** False when the layers' kinds were not found: the cache then stays unknown. */
  readonly cacheKnown: boolean;
  readonly moe: MoeShape | undefined;
  readonly mla: MlaShape | undefined;
  readonly state: StateShape | undefined;
  readonly quantization: Quantization | undefined;
  /** Cosine and sine tables: width of one row and how many tables of `maxLength` rows are kept on every GPU. */
  readonly rope: { readonly dim: number; readonly tables: number };
  /** All parameters that vLLM loads, towers included, without multi-token-prediction layers. */
  readonly parameters: number | undefined;
  /** Activated per token, for the time estimates. */
  readonly mtp: { readonly layers: number; readonly parameters: number } | undefined;
  /** Size of the published weight files, multi-token-prediction layers included. */
  readonly fileBytes: number | undefined;
  /** Vision or audio towers exist but their parameters are in none of the numbers. */
  readonly towersMissing: boolean;
  readonly encoderLayers: number;
}

export type CacheLayers =
  | AttentionLayers
  | { readonly kind: "latent"; readonly layers: number; readonly width: number; readonly indexWidth: number }
  | { readonly kind: "state"; readonly layers: number }
  | CompressedLayers;

/** DeepSeek V4: a window in every layer, and a global part compressed 4 or 128 times in some. */
export interface CompressedLayers {
  readonly kind: "compressed";
  readonly layers: number;
  readonly window: number;
  /** Layers compressed 4 times, which also keep an indexer. */
  readonly fine: number;
  /** Layers compressed 128 times. */
  readonly coarse: number;
  readonly headDim: number;
  readonly indexDim: number;
}

export interface AttentionLayers {
  readonly kind: "full" | "sliding" | "chunked" | "cross";
  readonly layers: number;
  readonly kvHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Tokens of a sliding window, a chunk, or an encoder. */
  readonly window: number;
  /** Keys of an indexer beside the layers' own: cached, but with no projections that count as attention's. */
  readonly indexer?: true;
}

export interface MoeShape {
  readonly experts: number;
  readonly perToken: number;
  readonly ffn: number;
  readonly sharedFfn: number;
  /** Layers whose MLP is a mixture; the rest are dense with `denseFfn`. */
  readonly layers: number;
  readonly denseFfn: number;
  /** Parameters of all routed experts when the plain formula does not give them. */
  readonly expertParameters: number | undefined;
}

export interface MlaShape {
  readonly latent: number;
  readonly rope: number;
  readonly nope: number;
  readonly value: number;
  readonly queryLatent: number | undefined;
  readonly indexDim: number;
  readonly indexHeads: number;
}

/** Layers with a constant state per sequence: Mamba, gated delta net, linear attention, short convolution. */
export interface StateShape {
  readonly kind: "gdn" | "kda" | "mamba2" | "mamba1" | "lightning" | "conv";
  readonly layers: number;
  /** Elements of the convolution window per layer, over all GPUs. */
  readonly convElements: number;
  readonly convKernel: number;
  readonly stateElements: number;
  /** Of the recurrent state; undefined means the model's own. */
  readonly stateDtype: string | undefined;
  readonly keyWidth: number;
  readonly valueWidth: number;
  readonly heads: number;
}

export interface Quantization {
  readonly method: string;
  readonly bits: number;
  readonly group: number | undefined;
  /** Side of a scaled block of fp8 weights, 128. */
  readonly block: number | undefined;
  readonly format: string | undefined;
  /** Which matrices are quantised. */
  readonly on: "linears" | "mlp" | "experts";
  /** Bits of the experts when they differ from the rest. */
  readonly expertBits: number | undefined;
  /** Bits of attention matrices when `on` leaves them out and they are stored shorter than the model's dtype. */
  readonly attentionBits: 8 | undefined;
  /** Integer zero points are stored beside the scales. */
  readonly zeroPoint: boolean;
  readonly kvCacheDtype: string | undefined;
}

/** What a scheme has that says nothing of these. */
export const NO_DETAILS = {
  group: undefined,
  block: undefined,
  format: undefined,
  expertBits: undefined,
  zeroPoint: false,
  kvCacheDtype: undefined,
  attentionBits: undefined,
} satisfies Partial<Quantization>;
