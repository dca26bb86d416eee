import type { Container, GpuRequest, KubeObject, PodTemplate } from "../kubernetes/model";
import type { Spot } from "../yaml/document";
import type { YamlMap, YamlScalar, YamlSeq } from "../yaml/node";
import type { VersionClaim } from "./version";

/** Where a setting's value comes from; every number shown to a person names it. */
export type Origin =
  | { readonly kind: "flag" }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "config-file"; readonly name: string }
  | { readonly kind: "values"; readonly path: string }
  | { readonly kind: "default"; readonly version: string };

/** One option that the manifest gives to the engine, as vLLM's own argument parser would bind it. */
export interface Setting {
  /** The canonical long flag, `--tensor-parallel-size`, however it was spelled. */
  readonly flag: string;
  /** As spelled: `-tp`, `--tensor_parallel_size`, `tensorParallelSize`; empty for the positional model. */
  readonly spelling: string;
  /** The keys below a JSON option, for `--compilation-config.mode 3`; empty for a whole option. */
  readonly path: readonly string[];
  /** Written as `--no-…`. */
  readonly negated: boolean;
  /** The value's text; undefined when it is templated or unknown, empty for a bare switch. Several values are joined by spaces. */
  readonly text: string | undefined;
  readonly origin: Origin;
  /** The flag's own characters. */
  readonly flagAt: Spot;
  /** The value's characters; the flag's when it has none. */
  readonly valueAt: Spot;
  /** The place of the characters [from, to) of `text`; undefined when it is put together from several values. */
  readonly placeOf?: ((from: number, to: number) => Spot) | undefined;
  /** How to write this setting's value anew in place: the item style it was found in. */
  readonly form: "two-items" | "equals" | "shell" | "map" | "environment";
}

/** A resolved value together with where it was found; unknown when anything it depends on is. */
export type Resolved<T> =
  | { readonly known: true; readonly value: T; readonly origin: Origin; readonly at: Spot | undefined }
  | { readonly known: false; readonly at: Spot | undefined };

export interface EngineConfig {
  /** The model as given; a path counts too. */
  readonly model: Resolved<string>;
  /** The last binding of each option, by canonical flag. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** Every binding in order, duplicates included. */
  readonly bindings: readonly Setting[];
  /** Options that no version in the catalogue has. */
  readonly unrecognised: readonly UnrecognisedArgument[];
  /** `VLLM_*`, `HF_*` and the like from env and envFrom in view. Value undefined when not known (secret, template). */
  readonly environment: ReadonlyMap<string, EnvironmentVariable>;
  /** True when part of the command line is unknown (`$EXTRA_ARGS`, a template): a flag's absence proves nothing. */
  readonly open: boolean;
  /** True when it is certain that the flag was not given. */
  absent(flag: string): boolean;
  /** The value in force: as given, else the version's default; unknown where the engine chooses. */
  text(flag: string): Resolved<string>;
  integer(flag: string): Resolved<number>;
  number(flag: string): Resolved<number>;
  /** A switch, `--no-` forms included. */
  enabled(flag: string): Resolved<boolean>;
  /** A JSON option, put together from its dotted parts when it is written in them. */
  json(flag: string): Resolved<unknown>;
  /** The same engine with its model named by something outside of its arguments. */
  withModel(model: Resolved<string>): EngineConfig;
}

export interface UnrecognisedArgument {
  readonly text: string;
  readonly at: Spot;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string | undefined;
  /** The `env` item, the ConfigMap's value, or the script that sets the variable. */
  readonly node: YamlMap | YamlScalar;
  /** The value's characters; the node's when they are not in view. */
  readonly at: Spot;
}

export type Hardware = "cuda" | "rocm" | "cpu" | "tpu" | "gaudi" | "neuron" | "xpu" | "unknown";

/** How the server is started, which decides what its arguments may look like. */
export type ServerEntry =
  /** `vllm serve`, in words or by the image's entrypoint. */
  | "serve"
  /** `python -m vllm.entrypoints.openai.api_server`, in words or by the image's entrypoint: no positional model. */
  | "api-server"
  /** A program around the engine with options of its own (Dynamo, KAITO, KServe's Hugging Face server). */
  | "wrapper"
  /** An operator or chart writes the command. */
  | "operator";

/** A vLLM API server that a manifest will start. */
export interface VllmServer {
  readonly object: KubeObject;
  /** Undefined for Helm values, which describe a pod that a chart writes. */
  readonly pod: PodTemplate | undefined;
  readonly container: Container | undefined;
  /** What a person calls it: the container's, model spec's or object's name. */
  readonly name: string;
  /** Where the lens stands: the first line of the container or of the values entry. */
  readonly anchor: Spot;
  readonly image: ServerImage | undefined;
  readonly version: VersionClaim;
  readonly engine: EngineConfig;
  readonly gpu: GpuRequest;
  readonly hardware: Hardware;
  readonly entry: ServerEntry;
  /** Where new arguments go: the args or command list, shell string, or values map; undefined when there is none. */
  readonly argumentsNode: ArgumentsPlace | undefined;
  /** Ranks live in several pods (Ray, LeaderWorkerSet, `--nnodes`, `--headless`): never compare TP with one pod's GPUs. */
  readonly multiNode: boolean;
  /** Its script runs something beside it, which may listen on a port of its own. */
  readonly accompanied?: boolean | undefined;
  readonly form: "pod" | "kserve" | "helm-values" | "ray-serve";
  /** What the chart or operator is known to give as the model's name where no `--served-model-name` is written. */
  readonly servedName?: string | undefined;
}

export type ArgumentsPlace =
  | { readonly kind: "list"; readonly node: YamlSeq; readonly itemStyle: "equals" | "two-items" }
  | { readonly kind: "shell"; readonly node: YamlScalar; readonly commandEnd: Spot }
  | { readonly kind: "map"; readonly node: YamlMap };

export interface ServerImage {
  readonly text: string;
  readonly node: YamlScalar;
  /** Repository without registry host, `vllm/vllm-openai`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}
