import { code } from "../../base/markdown";
import { findAnnotation } from "../../data/annotations";
import { gpuEntries } from "../../data/gpus";
import { findVariable } from "../../data/variables";
import { acceleratorOf } from "../../kubernetes/accelerators";
import { probeOf } from "../../kubernetes";
import { hasProbe, type ProbeKind } from "../../kubernetes/probes";
import { NEWEST } from "../../vllm/version";
import { endsWith } from "../completion/path";
import type { Site } from "../completion/site";
import { probeEffect } from "./flag-effect";
import { variableMarkdown } from "./variable-text";
import { wholeRange, type Topic } from "./topic";

/** A variable of a server's environment, by name. */
export function variableTopic(site: Site): Topic | undefined {
  const isName = !site.isKey && site.path.at(-1) === "name" && /^envs?$/.test(String(site.path.at(-3)));
  const entry = isName ? findVariable(site.text) : undefined;
  if (!entry || !site.server) return undefined;
  return {
    range: wholeRange(site),
    markdown: variableMarkdown(entry, site.server.version.version ?? NEWEST),
  };
}

const PROBES: readonly ProbeKind[] = ["startupProbe", "livenessProbe", "readinessProbe"];

const PROBE_TEXT: Readonly<Record<ProbeKind, string>> = {
  startupProbe:
    "Until it succeeds once, neither liveness nor readiness is asked. It has to allow for loading, compiling and capturing CUDA graphs.",
  livenessProbe:
    "When it fails, the container is killed and loads the model anew. It begins once the startup probe has succeeded, or at once without one.",
  readinessProbe: "While it fails, Services send the pod no requests. The container goes on.",
};

/** A probe of a server: what it does, and how its seconds compare with those the server needs. */
export function probeTopic(site: Site): Topic | undefined {
  const { server, path, isKey, text } = site;
  const inside = PROBES.find((kind) => path.includes(kind));
  const kind = isKey && PROBES.includes(text as ProbeKind) ? (text as ProbeKind) : inside;
  if (!server?.container || kind === undefined) return undefined;
  const isTiming = isKey ? /Seconds$|Threshold$/.test(text) : /Seconds$|Threshold$/.test(String(path.at(-1)));
  if (inside !== undefined && !isTiming) return undefined;
  const probe = probeOf(server.container, kind);
  if (!probe) return undefined;
  const { period, failureThreshold, initialDelay, budgetSeconds } = probe;
  const formula = `${initialDelay.value ?? "?"} s delay + ${period.value ?? "?"} s × ${failureThreshold.value ?? "?"} failures`;
  const isHeldBack = kind !== "startupProbe" && hasProbe(server.container, "startupProbe");
  const load = isHeldBack ? undefined : site.folder.plans.load(server);
  const effect = budgetSeconds === undefined ? undefined : probeEffect(budgetSeconds, load);
  const docs = "[Kubernetes on probes](https://kubernetes.io/docs/concepts/workloads/pods/probes/)";
  const parts = [
    `**\`${kind}\`** of a vLLM server`,
    PROBE_TEXT[kind],
    effect && `${effect} (${formula})`,
    docs,
  ];
  return { range: wholeRange(site), markdown: parts.filter((part) => part !== undefined).join("\n\n") };
}

/** The name of a GPU resource. */
export function resourceTopic(site: Site): Topic | undefined {
  if (!site.isKey || !site.server || !(endsWith(site.path, "limits") || endsWith(site.path, "requests")))
    return undefined;
  const accelerator = acceleratorOf(site.text);
  if (!accelerator) return undefined;
  const slice = /mig-(\d+g\.\d+gb)/.exec(site.text)?.[1];
  const cards =
    slice === undefined
      ? []
      : gpuEntries().filter(({ mig }) => mig?.some(({ profile }) => profile === slice));
  const meaning = accelerator.shared
    ? "Shares of a GPU: several pods hold the same card, and its memory is not divided unless something else does so."
    : slice === undefined
      ? "Whole GPUs for this container. They are not overcommitted: requests and limits are the same, and a fraction is refused."
      : `A slice of a GPU with its own memory${cards.length > 0 ? `, as ${cards.map(({ name }) => name).join(", ")} have it` : ""}.`;
  const { engine, multiNode } = site.server;
  const [tensor, pipeline] = [
    engine.integer("--tensor-parallel-size"),
    engine.integer("--pipeline-parallel-size"),
  ];
  const world =
    tensor.known && pipeline.known && !multiNode
      ? `This server runs on ${tensor.value * pipeline.value} (tensor × pipeline parallel).`
      : undefined;
  const docs = "[Kubernetes on GPUs](https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/)";
  const parts = [`**${code(site.text)}**`, meaning, world, docs].filter((part) => part !== undefined);
  return { range: wholeRange(site), markdown: parts.join("\n\n") };
}

export function annotationTopic(site: Site): Topic | undefined {
  if (!site.isKey || (site.path.at(-1) !== "annotations" && site.path.at(-1) !== "labels")) return undefined;
  const entry = findAnnotation(site.text);
  return (
    entry && {
      range: wholeRange(site),
      markdown: `**\`${entry.name}\`**\n\n${entry.summary}\n\n[Its page](${entry.docs})`,
    }
  );
}
