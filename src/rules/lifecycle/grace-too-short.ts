import { fieldOf, podField } from "../../kubernetes/containers";
import type { Container } from "../../kubernetes/model";
import type { VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import { asSeq, at, mapAt, numberAt, scalarAt, spotOf, textAt, type YamlNode } from "../../yaml/node";
import type { Spot } from "../../yaml/document";
import { defineRule } from "../define";
import { placeOfServer } from "../places";
import { writtenOut } from "../written-out";

/** What Kubernetes gives a pod that says nothing. */
const USUAL_GRACE = 30;
/** Seconds for the engine to end after its requests have. */
const MARGIN = 15;

export const graceTooShort = defineRule({
  id: "lifecycle/grace-too-short",
  severity: "error",
  fix: "safe",
  subject: "server",
  summary: "The pod is killed before its own draining is over.",
  why: `The kubelet counts \`terminationGracePeriodSeconds\`, 30 by default, from the moment it decides to end the pod: the preStop hook runs
inside of it, then SIGTERM is sent, then vLLM waits up to \`--shutdown-timeout\` for running requests. When the two add up to the grace
period or more, SIGKILL comes in the middle and cuts the requests that the draining was made for.`,
  sources: [
    "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://github.com/vllm-project/vllm/pull/36666",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    if (!whole) return;
    const { pod, container } = whole;
    const written = podField(pod, "terminationGracePeriodSeconds");
    const grace = written === undefined ? USUAL_GRACE : numberAt(written);
    const stop = preStopSleep(container);
    const drain = drainTimeout(server);
    if (grace === undefined || (!stop && !drain)) return;
    const needed = (stop?.seconds ?? 0) + (drain?.seconds ?? 0);
    if (needed < grace) return;
    const wanted = needed + MARGIN;
    const parts = [
      stop && `preStop hook ${stop.seconds} s`,
      drain && `\`--shutdown-timeout\` ${drain.seconds} s`,
    ];
    report(written ? spotOf(written) : (stop?.at ?? drain?.at ?? placeOfServer(server)), {
      message: `Draining takes up to ${needed} s (${parts.filter(Boolean).join(", ")}); the grace period is \`${grace}\` s${written ? "" : ", the default"}.`,
      advice: `Set \`terminationGracePeriodSeconds\` to \`${wanted}\`.`,
      fixes: [
        {
          title: `Set \`terminationGracePeriodSeconds\` to \`${wanted}\``,
          apply: (editor) => editor.setEntry(pod.spec, "terminationGracePeriodSeconds", wanted),
        },
      ],
    });
  },
});

interface Wait {
  readonly seconds: number;
  readonly at: Spot;
}

/** `sleep: {seconds}`, or a `sleep N` in the hook's command; what else a script does takes longer still. */
function preStopSleep(container: Container): Wait | undefined {
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

function drainTimeout(server: VllmServer): Wait | undefined {
  const setting = server.engine.settings.get("--shutdown-timeout");
  const value = server.engine.integer("--shutdown-timeout");
  if (!setting || !value.known || value.value <= 0 || !isAtLeast(server.version.version, "0.18"))
    return undefined;
  return { seconds: value.value, at: setting.valueAt };
}
