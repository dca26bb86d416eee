import { own } from "../../base/own";
import { distance } from "fastest-levenshtein";
import { prometheusTriggers, type PrometheusTrigger } from "../../metrics/triggers";
import { spotOf, type YamlEntry } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";
import { concernsVllm } from "./scope";

/** What the prometheus scaler reads from its metadata: `pkg/scalers/prometheus_scaler.go` and its authentication helpers. */
const KNOWN = [
  "serverAddress", "query", "queryParameters", "threshold", "activationThreshold", "namespace", "customHeaders", "ignoreNullValues",
  "unsafeSsl", "timeout", "authModes", "awsRegion", "identityOwner", "bearerToken", "username", "password", "ca", "cert", "key",
  "customAuthHeader", "customAuthValue", "credentialsFromEnv", "credentialsFromEnvFile",
]; // prettier-ignore

/** Fields of the trigger itself, which have no effect one level deeper. */
const OF_TRIGGER = new Set(["metricType", "name", "authenticationRef", "useCachedMetrics"]);

const REMOVED: Readonly<Record<string, string>> = {
  metricName: "was removed in KEDA 2.12 (deprecated in 2.10): KEDA ignores it",
  cortexOrgID: "was removed in KEDA 2.12 (deprecated in 2.10): KEDA ignores it",
};

export const triggerParamUnknown = defineRule({
  id: "autoscaling/trigger-param-unknown",
  severity: "warning",
  fix: "safe",
  subject: "scaler",
  summary: "A key in a prometheus trigger's metadata is one that KEDA does not read.",
  why: `KEDA reads the keys it knows from a trigger's \`metadata\` and passes over all others without a word, unless the operator runs with
\`KEDA_CHECK_UNEXPECTED_SCALERS_PARAMS\`. \`metricName\` named the metric until 2.9; since 2.12 KEDA makes the name itself (\`s0-prometheus\`).
\`metricType\`, \`name\`, \`authenticationRef\` and \`useCachedMetrics\` are fields of the trigger, beside \`type\`: inside the metadata a
\`metricType: Value\` leaves the trigger at AverageValue.`,
  sources: [
    "https://keda.sh/docs/2.20/scalers/prometheus/",
    "https://github.com/kedacore/keda/blob/main/pkg/scalers/prometheus_scaler.go",
    "https://github.com/kedacore/keda/issues/4220",
    "https://github.com/kedacore/keda/issues/5472",
  ],
  check(scaler, report, { view }) {
    if (scaler.form === "inference-service" || !concernsVllm(scaler, view)) return;
    for (const trigger of prometheusTriggers(scaler)) {
      for (const entry of trigger.metadata.entries)
        if (!entry.key.templated) checkKey(trigger, entry, report);
    }
  },
});

function checkKey(trigger: PrometheusTrigger, entry: YamlEntry, report: Report): void {
  const name = entry.key.text;
  const remove: Fix = {
    title: `Delete \`${name}\``,
    apply: (editor) => editor.removeEntry(trigger.metadata, name),
  };
  const at = spotOf(entry.key);
  const removed = own(REMOVED, name);
  if (removed !== undefined) {
    const isName = name === "metricName";
    const advice = isName ? "Delete it." : "Send the header with `customHeaders: X-Scope-OrgID=…`.";
    const fixes = isName ? [remove] : headerFix(trigger, entry);
    report(at, { message: `\`${name}\` ${removed}.`, advice, fixes });
  } else if (OF_TRIGGER.has(name)) {
    report(at, {
      message: `\`${name}\` is a field of the trigger: inside \`metadata\` KEDA ignores it.`,
      advice: "Move it up, beside `type`.",
      fixes: moveFix(trigger, entry),
    });
  } else {
    const meant = nearest(name);
    if (meant === undefined || trigger.metadata.entry(meant)) return;
    report(at, {
      message: `\`${name}\` is no parameter of KEDA's prometheus scaler: KEDA ignores it.`,
      advice: `Write \`${meant}\`.`,
      fixes: [
        { title: `Rename it to \`${meant}\``, safe: false, apply: (editor) => editor.replace(at, meant) },
      ],
    });
  }
}

/** The tenant goes into the header that `cortexOrgID` made of it. */
function headerFix({ metadata }: PrometheusTrigger, { key, value }: YamlEntry): readonly Fix[] {
  if (value?.kind !== "scalar" || value.templated || metadata.entry("customHeaders")) return [];
  const header = `X-Scope-OrgID=${value.text}`;
  return [
    {
      title: `Write \`customHeaders: ${header}\``,
      apply(editor) {
        editor.replace(spotOf(key), "customHeaders");
        editor.setScalar(value, header);
      },
    },
  ];
}

/** Moving it makes it count, which can change what the trigger does: a person decides. */
function moveFix({ signal, metadata }: PrometheusTrigger, { key, value }: YamlEntry): readonly Fix[] {
  if (value?.kind !== "scalar" || value.templated || signal.node.entry(key.text)) return [];
  const plain = value.value ?? "";
  return [
    {
      title: `Move \`${key.text}\` beside \`type\``,
      safe: false,
      apply(editor) {
        editor.removeEntry(metadata, key.text);
        editor.setEntry(signal.node, key.text, plain);
      },
    },
  ];
}

/** A key that was most likely meant: only case, an underscore or two letters differ. */
function nearest(name: string): string | undefined {
  if (KNOWN.includes(name) || name.endsWith("FromEnv")) return undefined;
  const folded = name.replace(/[_-]/g, "").toLowerCase();
  const same = KNOWN.find((known) => known.toLowerCase() === folded);
  if (same !== undefined) return same;
  return name.length < 6
    ? undefined
    : KNOWN.find((known) => known.length >= 6 && distance(known.toLowerCase(), folded) <= 2);
}
