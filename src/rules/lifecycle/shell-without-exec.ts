import { span } from "../../base/span";
import type { VllmServer } from "../../vllm/model";
import { defineRule, type Severity } from "../define";
import { servesRequests, writtenOut, type WrittenOut } from "../written-out";
import { hasPreStop } from "./pre-stop";
import { shellStart, type ShellStart } from "./shell-start";

export const shellWithoutExec = defineRule({
  id: "lifecycle/shell-without-exec",
  severity: "warning",
  fix: "safe",
  subject: "server",
  summary: "The shell that starts the server stays in front of it and keeps SIGTERM to itself.",
  why: `The kubelet sends SIGTERM to the first process of the container. When that is a shell that waits for its child, the signal is ignored: the shell
has no handler, and the kernel gives the first process no default one. vLLM never hears of its end, does not drain, and is killed
when the grace period is over; every rollout and scale-down takes that long. \`exec\` puts the server in the shell's place. Dash, which is \`sh\` in
the published images, always stays. Bash puts the last plain command of a script in its own place by itself, but not when its output is redirected,
when it stands in an \`if\`, or when a comment follows. A pipe to \`tee\` keeps the shell in any case. It is a warning when the manifest
counts on draining, otherwise for information. The behaviour of both shells was tried with dash 0.5.12 and bash 5.2.`,
  sources: [
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://github.com/kserve/kserve/pull/5496",
    "https://man7.org/linux/man-pages/man7/pid_namespaces.7.html",
  ],
  check(server, report) {
    const whole = writtenOut(server);
    const start = whole && shellStart(server);
    if (!start || !servesRequests(server) || !staysInFront(start)) return;
    const { at, piped, shell } = start;
    report(at, {
      message: piped
        ? "The server is one part of a pipe; the shell in front of it gets SIGTERM, and the server is killed when the grace period is over."
        : `\`${shell}\` stays in front of the server and gets SIGTERM in its place; the server is killed when the grace period is over.`,
      advice: piped
        ? "Start it with `exec` and leave the log to Kubernetes, or send the output through `> >(tee file)` in bash."
        : "Start the server with `exec`.",
      severity: severityOf(server, whole),
      fixes: piped
        ? []
        : [
            {
              title: "Start the server with `exec`",
              apply: (editor) =>
                editor.replace({ doc: at.doc, span: span(at.span.start, at.span.start) }, "exec "),
            },
          ],
    });
  },
});

function staysInFront({ shell, piped, followed }: ShellStart): boolean {
  return piped || followed || shell !== "bash";
}

/** Who asks for draining counts on the signal. */
function severityOf(server: VllmServer, { container }: WrittenOut): Severity {
  const drains = hasPreStop(container) || server.engine.settings.has("--shutdown-timeout");
  return drains ? "warning" : "info";
}
