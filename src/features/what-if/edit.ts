import { setGpuCount } from "../../rules/gpu-count";
import type { RuleContext } from "../../rules/context";
import type { FindingDetails } from "../../rules/define";
import { shmMissing } from "../../rules/storage/shm-missing";
import { changedServer } from "../../rules/what-if";
import { planMemory } from "../../sizing/plan";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import { removeArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import { YamlEditor } from "../../yaml/edit";
import {
  choicesOf,
  gpusOf,
  idOf,
  inputOf,
  isSensible,
  variantsOf,
  type Choices,
  type Variant,
} from "./variants";

/** A row's combination written into the manifest, and the plan that the manifest must then have. */
export interface AppliedRow {
  readonly editor: YamlEditor;
  readonly plan: MemoryPlan;
}

/** Undefined when the row is no longer among those that the manifest allows. */
export function applyRow(
  server: VllmServer,
  input: PlanInput,
  row: string,
  context: RuleContext,
): AppliedRow | undefined {
  const choices = choicesOf(server, input);
  const all = variantsOf(choices, ALL).filter((variant) => isSensible(variant, choices, server, input));
  const variant = all.find((each) => idOf(each) === row);
  if (!variant) return undefined;
  const editor = new YamlEditor();
  const gpus = gpusOf(variant, server);
  const changes = changedFlags(variant, choices, server);
  for (const [flag, value] of Object.entries(changes)) setArgument(editor, server, flag, value);
  writeQuantization(editor, server, variant, choices);
  const { tensor } = variant;
  if (gpus !== undefined && tensor !== choices.tensor[0]) setGpuCount(editor, server, gpus);
  if (!variant.gpu.isNow || tensor !== choices.tensor[0]) variant.gpu.write(editor, gpus ?? 1);
  if (tensor !== choices.tensor[0])
    shareMemory(
      editor,
      changedServer(server, { arguments: changes, ...(gpus !== undefined && { gpus }) }),
      context,
    );
  return { editor, plan: planMemory(inputOf(variant, input)) };
}

const ALL = {
  gpu: "any",
  tensor: "any",
  length: "any",
  cache: "any",
  checkpoint: "any",
  fitting: false,
} as const;

function changedFlags(variant: Variant, choices: Choices, server: VllmServer): Record<string, string> {
  const { tensor, length, cache, checkpoint } = variant;
  const changes: Record<string, string> = {};
  const [now] = choices.checkpoint;
  if (checkpoint.model && checkpoint.model.id !== now?.model?.id) changes["--model"] = checkpoint.model.id;
  if (tensor !== undefined && tensor !== choices.tensor[0])
    changes["--tensor-parallel-size"] = String(tensor);
  if (length !== undefined && length !== choices.length[0]) changes["--max-model-len"] = String(length);
  if (cache !== choices.cache[0]) changes["--kv-cache-dtype"] = cache;
  // Clients ask for the model by the name it is served under, which is its id unless told otherwise.
  if (changes["--model"] !== undefined && now?.model && server.engine.absent("--served-model-name"))
    changes["--served-model-name"] = now.model.id;
  return changes;
}

function writeQuantization(editor: YamlEditor, server: VllmServer, variant: Variant, choices: Choices): void {
  const wanted = variant.checkpoint.quantization;
  if (wanted === choices.checkpoint[0]?.quantization) return;
  const setting = server.engine.settings.get("--quantization");
  if (wanted !== undefined) setArgument(editor, server, "--quantization", wanted);
  else if (setting) removeArgument(editor, setting);
}

/** Several ranks need more shared memory than a container has: the rule that finds it missing knows how to mount it. */
function shareMemory(editor: YamlEditor, server: VllmServer, context: RuleContext): void {
  const found: FindingDetails[] = [];
  shmMissing.check(server, (_, details) => found.push(details), context);
  for (const { fixes } of found) (typeof fixes === "function" ? fixes() : fixes)?.[0]?.apply(editor);
}
