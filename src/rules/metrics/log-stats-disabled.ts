import { mentionsVllmMetric } from "../../metrics/names";
import { readsVllm } from "../../metrics/triggers";
import { canRemoveArgument, removeArgument } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import type { View } from "../context";
import { defineRule, type Fix } from "../define";
import { scalersOf } from "../scaled";
import { monitors, watches } from "./monitors";

export const logStatsDisabled = defineRule({
  id: "metrics/log-stats-disabled",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The server exports no metrics, and something in view reads them.",
  why: `\`--disable-log-stats\` reads like a switch for the log. It leaves out all of vLLM's statistics, and with them every \`vllm:\` series of
\`/metrics\`: what is left are the process metrics of the Python client. Triggers then read 0, and alerts never fire.`,
  sources: [
    "https://github.com/vllm-project/vllm/blob/main/vllm/v1/engine/async_llm.py",
    "https://docs.vllm.ai/en/latest/cli/serve/#-disable-log-stats-no-disable-log-stats",
  ],
  check(server, report, { view }) {
    const setting = server.engine.settings.get("--disable-log-stats");
    const disabled = server.engine.enabled("--disable-log-stats");
    if (!setting || !disabled.known || !disabled.value) return;
    const reader = readerOf(server, view);
    if (reader === undefined) return;
    report(setting.flagAt, {
      message: `\`${setting.spelling}\` takes away every \`vllm:\` metric of \`${server.name}\`, and ${reader} needs them.`,
      advice: "Remove it.",
      fixes: removal(setting),
    });
  },
});

function readerOf(server: VllmServer, view: View): string | undefined {
  const scaler = scalersOf(server, view).find(readsVllm);
  if (scaler) return `${scaler.object.kind} \`${scaler.object.name ?? ""}\``;
  const monitor = monitors(view).find((one) => watches(one, server, view));
  if (monitor) return `${monitor.kind} \`${monitor.name ?? ""}\``;
  const site = view.select((all) =>
    all.servers().length === 1
      ? all.queries().find(({ place, text }) => place === "alert" && mentionsVllmMetric(text.text))
      : undefined,
  );
  return site && `an alert in ${site.object.kind} \`${site.object.name ?? ""}\``;
}

function removal(setting: Setting): readonly Fix[] {
  if (!canRemoveArgument(setting)) return [];
  return [{ title: `Remove \`${setting.spelling}\``, apply: (editor) => removeArgument(editor, setting) }];
}
