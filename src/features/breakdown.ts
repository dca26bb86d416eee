import {
  formatBand,
  formatBytes,
  formatCount,
  formatGib,
  formatSeconds,
  formatTimes,
  formatTokens,
} from "../sizing/format";
import type { LoadEstimate } from "../sizing/load";
import type { MemoryPlan } from "../sizing/plan-types";
import type { Ingredient, Quantity } from "../sizing/quantity";
import type { VllmServer } from "../vllm/model";
import { memoryCard } from "./hover";

/** All that is known of a server's memory, as a page of its own. */
export interface Breakdown {
  readonly title: string;
  readonly markdown: string;
}

/** The hover's card, then every number with its formula, every input with its origin, and the time to ready. */
export function breakdownOf(server: VllmServer, plan: MemoryPlan, load: LoadEstimate): Breakdown {
  const title = `vLLM memory: ${server.name}`;
  const sections = [`# ${title}`, memoryCard(server, plan), formulas(plan), inputs(plan), loading(load)];
  return { title, markdown: sections.filter((section) => section !== undefined).join("\n\n") + "\n" };
}

type Row = readonly [name: string, quantity: Quantity | undefined, format: (value: number) => string];

function rowsOf(plan: MemoryPlan): readonly Row[] {
  const { kv } = plan;
  return [
    ["GPU memory", plan.total, formatGib],
    ["Budget of vLLM", plan.budget, formatGib],
    ["Weights", plan.weights, formatGib],
    ["Activations", plan.activation, formatGib],
    ["CUDA context and libraries", plan.nonTorch, formatGib],
    ["CUDA graphs", plan.cudaGraph, formatGib],
    ["KV cache", plan.kvCache, formatGib],
    ["KV cache of one token", kv.bytesPerToken, formatBytes],
    ["KV cache of one full-length request", kv.requestGib, formatGib],
    ["Tokens in the KV cache", kv.tokens, formatTokens],
    ["Length of a request", kv.maxModelLen, formatCount],
    ["Longest length that fits", kv.longestLength, formatCount],
    ["Full-length requests at once", kv.maxConcurrency, formatTimes],
    ["Weight files", plan.checkpoint, formatGib],
  ];
}

/** A list, not a table: a formula is long and the page often narrow. */
function formulas(plan: MemoryPlan): string | undefined {
  const rows = rowsOf(plan).flatMap(([name, quantity, format]) => {
    return quantity
      ? [`- **${name}: ${formatBand(quantity, format)}**  \n  = ${plain(quantity.formula)}`]
      : [];
  });
  return rows.length === 0
    ? undefined
    : `## How each number comes about\n\nOn the fullest GPU:\n\n${rows.join("\n")}`;
}

function inputs(plan: MemoryPlan): string | undefined {
  const all = [...plan.assumptions, ...rowsOf(plan).flatMap(([, quantity]) => quantity?.inputs ?? [])];
  const unique = new Map<string, Ingredient>();
  for (const input of all) unique.set(JSON.stringify([input.name, input.value]), input);
  if (unique.size === 0) return undefined;
  const rows = [...unique.values()].map(
    ({ name, value, origin }) => `| ${cell(name)} | ${cell(value)} | ${cell(origin)} |`,
  );
  return ["## What it rests on", "", "| input | value | from |", "|:--|:--|:--|", ...rows].join("\n");
}

function loading({ lowSeconds, highSeconds, parts }: LoadEstimate): string | undefined {
  if (parts.length === 0) return undefined;
  const range = (low: number, high: number): string => `${formatSeconds(low)} to ${formatSeconds(high)}`;
  const total =
    lowSeconds === undefined || highSeconds === undefined
      ? "The size of the model is not known, so neither is the time to read it."
      : `**${range(lowSeconds, highSeconds)}** from container start to ready.`;
  const rows = parts.map(
    (part) => `| ${part.name} | ${range(part.lowSeconds, part.highSeconds)} | ${cell(part.basis)} |`,
  );
  return ["## Time to ready", "", total, "", "| step | takes | basis |", "|:--|--:|:--|", ...rows].join("\n");
}

/** Text that stays inside its table cell. */
function cell(text: string): string {
  return plain(text).replaceAll("|", "\\|");
}

/** One line in which a product stays a product. */
function plain(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll("*", "\\*");
}
