import { fieldOf } from "../kubernetes/containers";
import type { Container } from "../kubernetes/model";
import type { VllmServer } from "../vllm/model";
import { isAtLeast } from "../vllm/version";
import type { Spot } from "../yaml/document";
import { asSeq, at, mapAt, numberAt, scalarAt, spotOf, textAt, type YamlNode } from "../yaml/node";

/** Seconds of grace that Kubernetes gives a pod that says nothing. */
export const USUAL_GRACE = 30;

/** Seconds that ending a pod takes, and what says so. */
export interface Wait {
  readonly seconds: number;
  readonly at: Spot;
}

/** `sleep: {seconds}`, or a `sleep N` in the hook's command; what else a script does takes longer still. */
export function preStopSleep(container: Container): Wait | undefined {
  const hook = mapAt(fieldOf(container, "lifecycle"), "preStop");
  const native = scalarAt(hook, "sleep", "seconds");
  const seconds = native && numberAt(native);
  if (native && seconds !== undefined) return { seconds, at: spotOf(native) };
  const command = at(hook, "exec", "command");
  const text = wordsOf(command).join(" ");
  const match = /(?:^|[\s;&])sleep\s+(\d+)\s*(?:$|[;&\n])/.exec(text);
  const place = asSeq(command)?.items.at(-1);
  return match && place ? { seconds: Number(match[1]), at: spotOf(place) } : undefined;
}

function wordsOf(command: YamlNode | undefined): readonly string[] {
  return (asSeq(command)?.items ?? []).map((item) => textAt(item) ?? "");
}

/** How long vLLM waits for running requests after SIGTERM; undefined when it does not. */
export function drainTimeout(server: VllmServer): Wait | undefined {
  const setting = server.engine.settings.get("--shutdown-timeout");
  const value = server.engine.integer("--shutdown-timeout");
  if (!setting || !value.known || value.value <= 0 || !isAtLeast(server.version.version, "0.18"))
    return undefined;
  return { seconds: value.value, at: setting.valueAt };
}
