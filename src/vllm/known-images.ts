import type { Hardware } from "./model";

/** What the project knows of a container image by its repository. */
export interface KnownImage {
  /** Matched against the repository without its registry host. */
  readonly repository: RegExp;
  /** `release`: the tag begins with vLLM's own version. `inside`: it holds one after the word vllm. `own`: it counts something else. */
  readonly tags: "release" | "inside" | "ngc" | "own";
  /** Whether the image starts a server by itself, or whatever its arguments say. */
  readonly starts: "server" | "arguments";
  readonly hardware?: Hardware;
}

/**
 * Images that run vLLM, most telling first. Mirrors keep the last two parts of a name, so hosts are not looked at. Tags were
 * read from the publishers' registries and manifests; where a publisher counts its own releases the tag tells nothing.
 */
export const KNOWN_IMAGES: readonly KnownImage[] = [
  { repository: /(^|\/)vllm\/vllm-openai-rocm$/, tags: "release", starts: "server", hardware: "rocm" },
  {
    repository: /(^|\/)vllm\/vllm-openai-(cpu|x86-cpu|arm64-cpu)$/,
    tags: "release",
    starts: "server",
    hardware: "cpu",
  },
  { repository: /(^|\/)vllm\/vllm-openai-xpu$/, tags: "release", starts: "server", hardware: "xpu" },
  { repository: /(^|\/)vllm\/vllm-tpu$/, tags: "release", starts: "arguments", hardware: "tpu" },
  { repository: /(^|\/)lmcache\/(vllm-openai|lmcache)/, tags: "inside", starts: "server" },
  { repository: /(^|\/)vllm-openai(-cu\d+)?$/, tags: "release", starts: "server" },
  { repository: /(^|\/)vllm-cpu-release-repo$/, tags: "release", starts: "server", hardware: "cpu" },
  { repository: /(^|\/)vllm-neuron-release-repo$/, tags: "release", starts: "server", hardware: "neuron" },
  { repository: /(^|\/)vllm-(ci-)?(release|test|postmerge)-repo$/, tags: "release", starts: "server" },
  { repository: /(^|\/)nvidia\/vllm$/, tags: "ngc", starts: "arguments" },
  { repository: /(^|\/)ai-dynamo\/vllm-runtime$/, tags: "own", starts: "arguments" },
  { repository: /(^|\/)rocm\/vllm(-dev|-ci)?$/, tags: "inside", starts: "arguments", hardware: "rocm" },
  { repository: /(^|\/)deep-learning-containers\/vllm$/, tags: "release", starts: "server" },
  { repository: /(^|\/)substratusai\/vllm(-rocm)?$/, tags: "release", starts: "server" },
  { repository: /(^|\/)vllm-ascend$/, tags: "release", starts: "arguments" },
  { repository: /(^|\/)opea\/vllm(-[a-z]+)?$/, tags: "own", starts: "server" },
  { repository: /(^|\/)(rhaiis|rhoai|modh|opendatahub)\/(odh-)?vllm/, tags: "own", starts: "server" },
  {
    repository: /(^|\/)llm-d\/llm-d(-(cuda|aws|gke|xpu|rocm|cpu|hpu|tpu|dev))*$/,
    tags: "own",
    starts: "arguments",
  },
];

/**
 * Which vLLM an NVIDIA container holds. NVIDIA's release notes, docs.nvidia.com/deeplearning/frameworks/vllm-release-notes,
 * pages rel-25-10 to rel-26-10 as far as they could be read; 25.09 and 26.04 as reported by their users.
 */
export const NGC_RELEASES: Readonly<Record<string, string>> = {
  "25.09": "0.10.1",
  "25.10": "0.10.2",
  "26.01": "0.11.1",
  "26.03": "0.17.1",
  "26.04": "0.19.0",
  "26.05": "0.20.1",
  "26.10": "0.31.0",
};

/** Parts of an image's own name that make it something beside the engine, however much vLLM it has in its name. */
export const NOT_A_SERVER =
  /router|rout(e|ing)|simulator|(^|[-_.])sim([-_.]|$)|mock|fake|emulat|vllme$|metrics|exporter|bench|proxy|gateway|operator|controller|dashboard|autoscal|optimi[sz]er|frontend|backend|(^|[-_.])(ui|api|client|epp|app|test|tests|tools?|init|docs?)([-_.]|$)|scheduler|cache-server|sidecar|agent|loader|download|webhook|plugin|adapter|semantic|guard|gradio|(^|[-_.])(rag|chat|render)([-_.]|$)/i;
