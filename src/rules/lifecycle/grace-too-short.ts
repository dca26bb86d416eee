import { podField } from "../../kubernetes/containers";
import { numberAt, spotOf } from "../../yaml/node";
import { defineRule } from "../define";
import { drainTimeout, preStopSleep, USUAL_GRACE } from "../draining";
import { placeOfServer } from "../places";
import { writtenOut } from "../written-out";

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
