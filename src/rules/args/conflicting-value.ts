import { findFlag } from "../../data/flags";
import { probeOf, type ProbeKind } from "../../kubernetes/probes";
import { selectsPod, serviceOf } from "../../kubernetes/services";
import { canRemoveArgument, canSetArgument, removeArgument, setArgument } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import type { RuleContext } from "../context";
import { defineRule, type Report } from "../define";
import { writtenOut } from "../written-out";

export const conflictingValue = defineRule({
  id: "args/conflicting-value",
  severity: "warning",
  fix: "suggested",
  subject: "server",
  summary: "A setting is given twice with different values, or contradicts how the pod is reached.",
  why: `When an option is given twice, Python's argparse keeps the last and says nothing; the reader of the manifest sees both. An API key given as a
flag wins over \`VLLM_API_KEY\`. A server that is bound to the loopback address answers nobody outside of its pod: neither the kubelet's probes nor
the Service reach it, unless a proxy in the same pod passes requests on.`,
  sources: [
    "https://docs.python.org/3/library/argparse.html#action",
    "vllm/utils/argparse_utils.py (duplicate keys)",
    "vllm/entrypoints/openai/api_server.py (build_app: args.api_key before VLLM_API_KEY)",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes",
  ],
  check(server, report, context) {
    reportRepeated(server, report);
    reportTwoKeys(server, report);
    reportLoopback(server, context, report);
  },
});

function reportRepeated(server: VllmServer, report: Report): void {
  const byFlag = new Map<string, Setting[]>();
  for (const setting of server.engine.bindings) {
    // A config file is there to be overridden.
    if (setting.text === undefined || setting.origin.kind === "config-file" || setting.form === "map")
      continue;
    if (findFlag(setting.flag)?.type === "append") continue;
    byFlag.set(setting.flag, [...(byFlag.get(setting.flag) ?? []), setting]);
  }
  for (const given of byFlag.values()) {
    const last = given.at(-1);
    for (const earlier of given.slice(0, -1)) {
      if (last && earlier.flagAt.doc === last.flagAt.doc) reportEarlier(earlier, last, report);
    }
  }
}

function reportEarlier(earlier: Setting, last: Setting, report: Report): void {
  const isSame = earlier.text === last.text && earlier.negated === last.negated;
  const name = earlier.spelling === "" ? "the model" : `\`${earlier.spelling}\``;
  const shown = (setting: Setting): string => setting.text || setting.spelling;
  report(earlier.flagAt, {
    message: isSame
      ? `${capital(name)} is given twice, with the same value.`
      : `${capital(name)} is given twice: \`${shown(last)}\` holds, not \`${shown(earlier)}\`.`,
    advice: "Take out the one that is not meant.",
    severity: isSame ? "hint" : "warning",
    related: [{ at: last.flagAt, message: "Given again here" }],
    fixes: canRemoveArgument(earlier)
      ? [
          {
            title: isSame
              ? `Remove the first ${name}`
              : `Remove ${name} \`${shown(earlier)}\`, which has no effect`,
            apply: (editor) => removeArgument(editor, earlier),
          },
        ]
      : [],
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function reportTwoKeys(server: VllmServer, report: Report): void {
  const flag = server.engine.settings.get("--api-key");
  const variable = server.engine.environment.get("VLLM_API_KEY");
  if (!flag?.text || !variable?.value || flag.origin.kind === "environment" || flag.text === variable.value)
    return;
  report(variable.at, {
    message: "`VLLM_API_KEY` differs from `--api-key`, which wins.",
    advice: "Keep one of the two, best the variable, from a Secret.",
    related: [{ at: flag.flagAt, message: "The key that holds" }],
  });
}

const LOOPBACK = /^(127(\.\d+){3}|localhost|::1)$/;
const PROBES: readonly ProbeKind[] = ["startupProbe", "readinessProbe", "livenessProbe"];

function reportLoopback(server: VllmServer, { view }: RuleContext, report: Report): void {
  const host = server.engine.text("--host");
  const whole = writtenOut(server);
  if (!host.known || host.at === undefined || !LOOPBACK.test(host.value) || !whole) return;
  const { pod, container } = whole;
  // A proxy beside the server may be what is reached from outside.
  if (pod.containers.length > 1 || pod.initContainers.some(({ role }) => role === "sidecar")) return;
  const isProbed = PROBES.some((kind) => {
    const handler = probeOf(container, kind)?.handler.kind;
    return handler === "http" || handler === "tcp";
  });
  const isServed = view.select((all) =>
    all.objects("Service").some((object) => {
      const service = serviceOf(object);
      return service !== undefined && selectsPod(service, pod);
    }),
  );
  if (!isProbed && !isServed) return;
  report(host.at, {
    message: `The server listens on \`${host.value}\` only; ${isProbed ? "the kubelet's probes do" : "the Service does"} not reach it.`,
    advice: "Listen on all addresses, as vLLM does by itself.",
    severity: "error",
    fixes: canSetArgument(server, "--host")
      ? [
          {
            title: "Set `--host` to `0.0.0.0`",
            apply: (editor) => setArgument(editor, server, "--host", "0.0.0.0"),
          },
        ]
      : [],
  });
}
