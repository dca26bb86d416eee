import { findFlag } from "../../data/flags";
import { formatTokens } from "../../sizing/format";
import type { MemoryPlan } from "../../sizing/plan-types";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import { formatVersion } from "../../vllm/version";
import type { Spot } from "../../yaml/document";
import type { Note } from "./note";

export function argumentNotes(server: VllmServer, plan: MemoryPlan): readonly Note[] {
  return [...worldSize(server), ...tokens(server, plan), ...defaults(server, plan)];
}

/** GPUs that the ranks of a server need together. */
function worldSize({ engine }: VllmServer): readonly Note[] {
  const sizes = ["--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size"].map((flag) =>
    engine.integer(flag),
  );
  const values = sizes.flatMap((size) => (size.known ? [size.value] : []));
  const written = sizes.find((size) => size.known && size.at !== undefined && size.value > 1);
  if (values.length < 3 || !written?.at) return [];
  const [tensor = 1, pipeline = 1, data = 1] = values;
  const world = tensor * pipeline * data;
  const parts = [`tensor ${tensor}`, `pipeline ${pipeline}`, `data ${data}`];
  return [
    {
      kind: "worldSize",
      at: written.at,
      label: `world size ${world}`,
      tooltip: `${parts.join(" × ")} = ${world} GPUs for one server`,
    },
  ];
}

/** What the memory fraction leaves for the KV cache. */
function tokens({ engine }: VllmServer, { kv, kvCache, fits }: MemoryPlan): readonly Note[] {
  const fraction = engine.number("--gpu-memory-utilization");
  if (!fraction.known || !fraction.at || !kv.tokens || fits === "no") return [];
  const formula = kvCache ? `KV cache = ${kvCache.formula}` : "";
  return [
    {
      kind: "tokens",
      at: fraction.at,
      label: `≈ ${formatTokens(kv.tokens.value)} KV tokens`,
      tooltip: formula,
    },
  ];
}

/** Options that matter most when they are not written. */
const SHOWN = ["--max-model-len", "--gpu-memory-utilization", "--max-num-seqs"];

/** Behind `args:` or the command: the values in force of options that are not given. */
function defaults(server: VllmServer, plan: MemoryPlan): readonly Note[] {
  const at = placeOf(server);
  if (!at || !plan.model) return [];
  const release = formatVersion(server.version.version);
  return SHOWN.flatMap((flag): Note[] => {
    const value = server.engine.absent(flag) ? inForce(server, plan, flag) : undefined;
    if (value === undefined) return [];
    const origin = flag === "--max-model-len" ? "the model's config" : `the default of vLLM ${release}`;
    return [
      {
        kind: "defaults",
        at,
        whole: true,
        label: `${flag.slice(2)} ${value}`,
        tooltip: `In force because it is not given: ${origin}. ${findFlag(flag)?.summary ?? ""}`,
        write: canSetArgument(server, flag)
          ? (editor) => setArgument(editor, server, flag, value)
          : undefined,
      },
    ];
  });
}

function inForce({ engine }: VllmServer, { kv }: MemoryPlan, flag: string): string | undefined {
  if (flag === "--max-model-len") return kv.maxModelLen && String(Math.floor(kv.maxModelLen.value));
  const value = engine.number(flag);
  return value.known ? String(value.value) : undefined;
}

/** The line of the key above a list or script. */
function placeOf({ argumentsNode, container }: VllmServer): Spot | undefined {
  const node = argumentsNode?.node;
  if (!node || argumentsNode.kind === "map" || !container) return undefined;
  const entry = container.node.entries.find(
    ({ value }) =>
      value !== null &&
      value.doc === node.doc &&
      value.span.start <= node.span.start &&
      node.span.end <= value.span.end,
  );
  return entry && { doc: entry.key.doc, span: entry.key.span };
}
