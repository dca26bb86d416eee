import { TextIndex } from "../../src/base/text";
import { readConfigFile } from "../../src/features/settings/config-file";
import { decode } from "../../src/hosts/hub/record";
import { readExposition } from "../../src/live/exposition";
import { accessOf, mergeKubeconfigs } from "../../src/live/kubeconfig";
import { parseQuery } from "../../src/metrics/promql";
import { readLog } from "../../src/sizing/log";
import { modelFromFiles, parsedJson } from "../../src/sizing/model-files";
import { breakdownMessage } from "../../src/webview/breakdown-messages";
import { baseMessage } from "../../src/webview/messages";
import { whatIfMessage } from "../../src/webview/what-if-messages";
import { commands } from "../shell/support";
import * as seeds from "./seeds";
import { expect, textOf, type Target } from "./target";

export const readerTargets: readonly Target[] = [
  { name: "shell", text: textOf(seeds.SCRIPTS, seeds.SHELL_WORDS), check: checkShell },
  { name: "promql", text: textOf(seeds.QUERIES, seeds.PROMQL_WORDS), check: checkPromql },
  { name: "exposition", text: textOf(seeds.EXPOSITIONS, seeds.EXPOSITION_WORDS), check: checkExposition },
  { name: "kubeconfig", text: textOf(seeds.KUBECONFIGS, seeds.KUBECONFIG_WORDS), check: checkKubeconfig },
  { name: "model-config", text: textOf(seeds.MODEL_CONFIGS, seeds.JSON_WORDS), check: checkModel },
  { name: "log", text: textOf(seeds.LOGS, seeds.LOG_WORDS), check: checkLog },
  { name: "settings-file", text: textOf(seeds.SETTINGS_FILES, seeds.SETTINGS_WORDS), check: checkSettings },
  { name: "hub-record", text: textOf(seeds.HUB_RECORDS, seeds.JSON_WORDS), check: checkRecord },
  { name: "webview-message", text: textOf(seeds.MESSAGES, seeds.JSON_WORDS), check: checkMessage },
];

function checkShell(text: string): void {
  for (const { words, end } of commands(text, { TP: "2", ARGS: "--a 'b c'" })) {
    expect(end.span.end <= text.length || end.doc.text !== text, "a command ends in its text");
    for (const word of words) {
      const { doc, span } = word.text.spotAt();
      expect(
        span.start >= 0 && span.start <= span.end && span.end <= doc.text.length,
        "a word has its place",
      );
    }
  }
}

function checkPromql(text: string): void {
  for (const dialect of ["plain", "grafana", "adapter"] as const) {
    const query = parseQuery(text, dialect);
    for (const { span, outer } of query.parts) {
      expect(
        0 <= outer.start && outer.start <= span.start && span.start <= span.end,
        "a part begins in its frame",
      );
      expect(span.end <= outer.end && outer.end <= text.length, "a part ends in its frame");
    }
    for (const selector of query.selectors)
      for (const { span, valueSpan } of selector.matchers)
        expect(span.start <= valueSpan.start && valueSpan.end <= span.end, "a value lies in its matcher");
  }
}

function checkExposition(text: string): void {
  const whole = readExposition(text);
  for (const { name, value } of whole.samples)
    expect(name !== "" && typeof value === "number", "a sample has a name and a number");
  const wanted = readExposition(text, (name) => name.startsWith("vllm:"));
  const own = whole.samples.filter(({ name }) => name.startsWith("vllm:"));
  expect(wanted.samples.length === own.length, "what is wanted is found whatever else is read");
}

function checkKubeconfig(text: string): void {
  const merged = mergeKubeconfigs([
    { path: "/home/a/.kube/config", text },
    { path: "/nowhere", text: undefined },
  ]);
  if (!merged.ok) return;
  for (const context of [undefined, ...merged.value.contexts.keys()]) {
    const access = accessOf(merged.value, context);
    if (access.ok) expect(/^https?:\/\//.test(access.value.server), "a server has an address");
  }
}

function checkModel(text: string): void {
  const model = modelFromFiles("a/b", {
    config: text,
    index: text,
    quantization: text,
    source: "config.json",
  });
  if (!("problem" in model)) finite(model, "model");
}

/** No number of an answer is one that cannot be computed with. */
function finite(value: unknown, path: string): void {
  if (typeof value === "number") expect(Number.isFinite(value) && value >= 0, `${path} is ${value}`);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) finite(inner, `${path}.${key}`);
}

function checkLog(text: string): void {
  finite(readLog(text), "log");
}

function checkSettings(text: string): void {
  const { settings, problems } = readConfigFile(text);
  const index = new TextIndex(text);
  for (const { message, range } of problems) {
    expect(message !== "", "a problem says something");
    expect(index.offsetAt(range.start) <= index.offsetAt(range.end), "a problem has its place");
    expect(range.end.line < index.lineCount, "a problem lies in the text");
  }
  expect(Object.getPrototypeOf(settings) === Object.prototype, "settings are a plain object");
  for (const level of Object.values(settings.rules ?? {}))
    expect(typeof level === "string", "a level is a text");
}

function checkRecord(text: string): void {
  const model = decode("a/b", text);
  if (model) expect(typeof model.config === "string", "a record holds a configuration");
}

function checkMessage(text: string): void {
  const message = parsedJson(text) ?? text;
  const own = ["ready", "open", "jump", "filter", "preview"];
  for (const parse of [baseMessage, breakdownMessage, whatIfMessage]) {
    const read = parse(message);
    if (read) expect(own.includes(read.type), "a message has a known type");
    if (read) expect(JSON.stringify(read).length < 30_000, "a message is short");
  }
}
