import assert from "node:assert/strict";
import type { Container, KubeObject, PodTemplate } from "../../src/kubernetes/model";
import { objectsOf, type FileFacts } from "../../src/kubernetes/objects";
import { podTemplatesOf } from "../../src/kubernetes/pods";
import { parseFile } from "../../src/yaml/parse";

const PLAIN: FileFacts = { path: "k8s/vllm.yaml", kustomize: "none", helmTemplate: false };

export function objectsIn(text: string, file: Partial<FileFacts> = {}): readonly KubeObject[] {
  return parseFile(text).flatMap(({ source }) => objectsOf(source, { ...PLAIN, ...file }));
}

export function podsIn(text: string): readonly PodTemplate[] {
  return objectsIn(text).flatMap(podTemplatesOf);
}

export function firstObject(text: string): KubeObject {
  const [object] = objectsIn(text);
  assert.ok(object, "no object");
  return object;
}

export function firstPod(text: string): PodTemplate {
  const [pod] = podsIn(text);
  assert.ok(pod, "no pod");
  return pod;
}

export function firstContainer(text: string): Container {
  const [container] = firstPod(text).containers;
  assert.ok(container, "no container");
  return container;
}

/** A complete Pod whose container, pod spec and metadata are given as indented YAML. */
export function pod(parts: { container?: string; spec?: string; metadata?: string }): string {
  return [
    "apiVersion: v1",
    "kind: Pod",
    "metadata:",
    "  name: vllm",
    indent(parts.metadata, 2),
    "spec:",
    indent(parts.spec, 2),
    "  containers:",
    "    - name: vllm",
    "      image: vllm/vllm-openai:v0.11.0",
    indent(parts.container, 6),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function indent(text: string | undefined, by: number): string {
  if (text === undefined) return "";
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const common = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => " ".repeat(by) + line.slice(common)).join("\n");
}

/** The text of the document that a span covers. */
export function textOf(
  node: { doc: { text: string }; span: { start: number; end: number } } | undefined,
): string | undefined {
  return node?.doc.text.slice(node.span.start, node.span.end);
}
