import { isPlaceholder } from "../kubernetes/known";
import type { YamlScalar } from "../yaml/node";
import { KNOWN_IMAGES, NGC_RELEASES, NOT_A_SERVER, type KnownImage } from "./known-images";
import type { Hardware, ServerImage } from "./model";
import { NEWEST, parseVersion, type VersionClaim, type VllmVersion } from "./version";

/** Reads `registry.io:5000/vllm/vllm-openai:v0.8.5@sha256:…`. Parts that are templated or placeholders are left out. */
export function parseImage(node: YamlScalar): ServerImage | undefined {
  const text = node.text.trim();
  return text === "" ? undefined : { text, node, ...referenceParts(text) };
}

/** The same for values files, which keep repository and tag apart. */
export function imageOf(repository: YamlScalar, tag: YamlScalar | undefined): ServerImage | undefined {
  const parts = parseImage(repository);
  if (!parts || tag === undefined || tag.text === "") return parts;
  return { ...parts, text: `${parts.text}:${tag.text}`, tag: known(tag.text) };
}

function referenceParts(text: string): {
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
} {
  // Braces of templates may hold slashes and colons; blank them first.
  const plain = text.replace(/\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)/g, (hole) => "\uE000".repeat(hole.length));
  const at = plain.indexOf("@");
  const named = at === -1 ? plain : plain.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const path = hasTag ? named.slice(0, colon) : named;
  const [host, ...rest] = path.split("/");
  const isHost = rest.length > 0 && host !== undefined && (/[.:]/.test(host) || host === "localhost");
  return {
    repository: isHost ? rest.join("/") : path,
    tag: hasTag ? known(named.slice(colon + 1)) : undefined,
    digest: at === -1 ? undefined : known(plain.slice(at + 1)),
  };
}

function known(part: string): string | undefined {
  return part === "" || part.includes("\uE000") || isPlaceholder(part) ? undefined : part;
}

export function knownImage(image: ServerImage | undefined): KnownImage | undefined {
  return image && KNOWN_IMAGES.find((entry) => entry.repository.test(image.repository));
}

/** The part of the name that tells what is inside: an organisation called vllm proves nothing. */
function ownName(image: ServerImage): string {
  return image.repository.split("/").at(-1) ?? "";
}

/** What an image runs, by its name: a vLLM server, certainly something else, or nobody can tell. */
export function roleOf(image: ServerImage | undefined): "server" | "other" | "unknown" {
  if (!image) return "unknown";
  if (knownImage(image)) return "server";
  // `${VLLM_SIMULATOR_IMAGE}` and `{{ .Values.routerImage }}` tell as much as a name does.
  const name = image.repository.includes("\uE000") ? image.text.replace(/:[\w.-]*$/, "") : ownName(image);
  if (NOT_A_SERVER.test(name)) return "other";
  return /^vllm([-_.]|$)|[-_.]vllm$|\$\{VLLM_IMAGE\b/i.test(name) ? "server" : "unknown";
}

/** The vLLM release of an image: its tag where the publisher's tags tell, else the setting, else the newest known. */
export function versionOf(image: ServerImage | undefined, assumed: VllmVersion | undefined): VersionClaim {
  const version = image && taggedVersion(image);
  if (version) return { version, origin: "tag" };
  return assumed ? { version: assumed, origin: "setting" } : { version: NEWEST, origin: "newest" };
}

/** vLLM's releases begin with 0; a tag like `v1.3` counts something else. */
function taggedVersion(image: ServerImage): VllmVersion | undefined {
  const { tag } = image;
  const entry = knownImage(image);
  if (tag === undefined || entry === undefined || entry.tags === "own") return undefined;
  if (entry.tags === "ngc") return parseVersion(NGC_RELEASES[/^\d\d\.\d\d/.exec(tag)?.[0] ?? ""] ?? "");
  const inside = /vllm[-_]?v?(\d+\.\d+[\w.]*)/i.exec(tag)?.[1];
  const version = parseVersion(inside ?? (entry.tags === "release" ? tag : ""));
  return version?.major === 0 ? version : undefined;
}

const BUILDS: readonly (readonly [RegExp, Hardware])[] = [
  [/rocm|(^|[-_/:.])amd(gpu)?([-_/:.]|$)|mi300|mi325/i, "rocm"],
  [/gaudi|habana|(^|[-_/:.])hpu([-_/:.]|$)/i, "gaudi"],
  [/(^|[-_/:.])tpu([-_/:.]|$)/i, "tpu"],
  [/neuron|inferentia|trainium/i, "neuron"],
  [/(^|[-_/:.])(xpu|arc)([-_/:.]|$)/i, "xpu"],
  [/(^|[-_/:.])cpu([-_/:.]|$)/i, "cpu"],
  [/cuda|(^|[-_/:.])cu\d\d/i, "cuda"],
];

/** Which devices an image was built for, by its name and tag. */
export function hardwareOf(image: ServerImage | undefined): Hardware {
  if (!image) return "unknown";
  const entry = knownImage(image);
  if (entry?.hardware) return entry.hardware;
  const named = BUILDS.find(([pattern]) => pattern.test(`${image.repository}:${image.tag ?? ""}`));
  if (named) return named[1];
  return entry && entry.tags !== "own" && !/ascend/.test(image.repository) ? "cuda" : "unknown";
}
