import { findGpu, gpuEntries, type GpuEntry } from "../../data/gpus";
import { gpuComment } from "../../kubernetes/gpu-comment";
import type { GpuHint } from "../../kubernetes/model";
import { gpuSpec } from "../../sizing/gpu-catalogue";
import type { GpuSpec, PlanInput } from "../../sizing/plan-types";
import type { VllmServer } from "../../vllm/model";
import { isAtLeast, type VllmVersion } from "../../vllm/version";
import type { YamlEditor } from "../../yaml/edit";

/** A card that a server could run on. */
export interface GpuChoice {
  readonly spec: GpuSpec | undefined;
  /** The one of now. */
  readonly isNow: boolean;
  /** True when the manifest can be made to ask for nodes with that many of it. */
  offers(gpus: number): boolean;
  /** Writes it wherever the manifest names the card: labels, instance types, a comment. */
  write(editor: YamlEditor, gpus: number): void;
}

interface Rewrite {
  readonly hint: GpuHint;
  readonly text: string;
}

/** The present card first, then those that can be written in its place. */
export function gpuChoices(server: VllmServer, input: PlanInput): readonly GpuChoice[] {
  const now: GpuChoice = {
    spec: input.gpu,
    isNow: true,
    offers: (gpus) => instances(server, gpus) !== undefined,
    write: (editor, gpus) => rewrite(editor, server, instances(server, gpus) ?? []),
  };
  if (!canChange(server)) return [now];
  const vendor = input.gpu?.vendor ?? (server.hardware === "rocm" ? "AMD" : "NVIDIA");
  const others = gpuEntries().filter(
    (entry) => entry.vendor === vendor && entry.name !== input.gpu?.name && isOffered(entry, input.version),
  );
  return [now, ...others.flatMap((entry) => choiceOf(server, entry) ?? [])];
}

function choiceOf(server: VllmServer, entry: GpuEntry): GpuChoice | undefined {
  const rewrites = (gpus: number): readonly Rewrite[] | undefined => {
    const named = namingHints(server);
    const all = named.flatMap((hint) => {
      const text = textFor(hint, entry, gpus);
      return text === undefined ? [] : { hint, text };
    });
    return all.length === named.length ? all : undefined;
  };
  if (namingHints(server).length === 0 && shortName(entry) === undefined) return undefined;
  return {
    spec: gpuSpec({ entry, mig: undefined, count: undefined }, "what if"),
    isNow: false,
    offers: (gpus) => rewrites(gpus) !== undefined,
    write(editor, gpus) {
      const all = rewrites(gpus) ?? [];
      rewrite(editor, server, all);
      if (all.length === 0) editor.insertCommentAbove(server.anchor, `vllm-k8s: gpu=${shortName(entry)}`);
    },
  };
}

/** What names the card in the manifest, as far as it is understood. */
function namingHints(server: VllmServer): readonly GpuHint[] {
  return server.gpu.hints.filter((hint) => hint.from !== "setting" && findGpu(hint.text) !== undefined);
}

function canChange(server: VllmServer): boolean {
  const { gpu, container, form } = server;
  if (gpu.shared || gpu.claimed || gpu.resource?.includes("mig-") || !container || form !== "pod")
    return false;
  return gpu.hints.every(
    ({ from, key, node }) =>
      (from === "comment" || from === "setting" || node?.templated === false) &&
      from !== "resource" &&
      from !== "device-class" &&
      !/memory|vram|family/.test(key),
  );
}

/** Cards that clouds rent, on machines that run the usual images; Blackwell needs the CUDA 12.8 builds, the default from 0.9 on. */
export function isOffered(entry: GpuEntry, version: VllmVersion): boolean {
  const rented = entry.gke !== undefined || entry.karpenter !== undefined || entry.instances !== undefined;
  const capability = Number(entry.capability);
  const hasArm = /^G[BH]\d/.test(entry.name);
  if (!rented || hasArm || entry.unified || entry.capability === undefined || capability < 7) return false;
  return !(capability >= 10) || isAtLeast(version, "0.9");
}

/** How a place that names a card would name another one; undefined where that is not known. */
function textFor(hint: GpuHint, entry: GpuEntry, gpus: number): string | undefined {
  const candidate = hint.from === "instance-type" ? instanceOf(hint.text, entry, gpus) : nameFor(hint, entry);
  // Some names stand for two cards.
  return candidate !== undefined && findGpu(candidate)?.entry === entry ? candidate : undefined;
}

function nameFor(hint: GpuHint, entry: GpuEntry): string | undefined {
  if (hint.from === "comment") return shortName(entry);
  switch (hint.key) {
    case "nvidia.com/gpu.product":
    case "amd.com/gpu.product-name":
    case "beta.amd.com/gpu.product-name":
      return entry.products?.[0];
    case "cloud.google.com/gke-accelerator":
      return entry.gke?.[0];
    case "karpenter.k8s.aws/instance-gpu-name":
    case "eks.amazonaws.com/instance-gpu-name":
      return entry.karpenter;
    default:
      return undefined;
  }
}

/** A name without blanks, as a comment has it. */
function shortName(entry: GpuEntry): string | undefined {
  return [entry.name, ...entry.aliases].find(
    (name) => /^[\w.-]+$/.test(name) && findGpu(name)?.entry === entry && findGpu(name)?.count === undefined,
  );
}

/** The smallest instance of the same cloud that has so many. */
function instanceOf(text: string, entry: GpuEntry, gpus: number): string | undefined {
  const cloud = cloudOf(text);
  const types = Object.entries(entry.instances ?? {}).filter(
    ([type, count]) => cloudOf(type) === cloud && count >= gpus,
  );
  return types.sort(([, a], [, b]) => a - b)[0]?.[0];
}

/** By the form of the name: `g6.xlarge`, `Standard_NC24ads_A100_v4`, `a2-highgpu-1g`. */
export function cloudOf(instance: string): string {
  return instance.startsWith("Standard_") ? "azure" : instance.includes(".") ? "aws" : "gcp";
}

/** The present card on larger instances, where those that are named have too few. */
function instances(server: VllmServer, gpus: number): readonly Rewrite[] | undefined {
  const out: Rewrite[] = [];
  for (const hint of server.gpu.hints) {
    const found = hint.from === "instance-type" ? findGpu(hint.text) : undefined;
    if (found?.count === undefined || found.count >= gpus) continue;
    const text = hint.node?.templated === false ? textFor(hint, found.entry, gpus) : undefined;
    if (text === undefined) return undefined;
    out.push({ hint, text });
  }
  return out;
}

function rewrite(editor: YamlEditor, server: VllmServer, rewrites: readonly Rewrite[]): void {
  for (const { hint, text } of rewrites) {
    if (hint.node) editor.setScalar(hint.node, text);
    else if (server.container) rewriteComment(editor, server, text);
  }
}

function rewriteComment(editor: YamlEditor, { container }: VllmServer, name: string): void {
  if (!container) return;
  const { doc } = container.pod.object;
  const comment = gpuComment(container, doc.comments);
  if (!comment) return;
  const written = doc.text.slice(comment.span.start, comment.span.end);
  const value = /gpu\s*=\s*("[^"]+"|'[^']+'|[^\s,;]+)/.exec(written);
  const text = value?.[1];
  if (!value || text === undefined) return;
  const end = comment.span.start + value.index + value[0].length;
  editor.replace({ doc, span: { start: end - text.length, end } }, name);
}
