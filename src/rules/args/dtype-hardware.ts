import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { VllmServer } from "../../vllm/model";
import { isAtLeast } from "../../vllm/version";
import type { RuleContext } from "../context";
import { defineRule, type Fix } from "../define";

const FLAG = "--dtype";

/** Architectures whose activations overflow in 16-bit floats (vllm/config/model.py, _FLOAT16_NOT_SUPPORTED_MODELS). */
const NO_FLOAT16 = /^(Gemma2|Gemma3|Glm4)For(CausalLM|ConditionalGeneration)$/;

export const dtypeHardware = defineRule({
  id: "args/dtype-hardware",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The GPU or the model does not support the number format that is asked for.",
  why: `NVIDIA cards before compute capability 8.0, such as T4 and V100, have no bfloat16, and vLLM ends with "Bfloat16 is only supported on GPUs with
compute capability of at least 8.0". Some models, Gemma 2 and 3 and GLM-4 among them, overflow in float16 and are refused with it. \`auto\` takes the
checkpoint's own format where the card has it.`,
  sources: [
    "vllm/platforms/cuda.py (check_if_supports_dtype)",
    "vllm/config/model.py (_FLOAT16_NOT_SUPPORTED_MODELS)",
    "https://github.com/vllm-project/vllm/issues/1157",
  ],
  check(server, report, context) {
    const dtype = server.engine.text(FLAG);
    if (!dtype.known || dtype.at === undefined) return;
    const refusal = refusedBy(server, dtype.value, context);
    if (refusal === undefined) return;
    report(dtype.at, {
      message: `\`${FLAG} ${dtype.value}\`: ${refusal.reason}.`,
      advice: `Write \`${refusal.instead}\`.`,
      fixes: fixFor(server, refusal.instead),
    });
  },
});

interface Refusal {
  readonly reason: string;
  readonly instead: string;
}

function refusedBy(server: VllmServer, dtype: string, context: RuleContext): Refusal | undefined {
  const { gpu, model } = context.plan(server);
  if (dtype === "bfloat16" && gpu?.vendor === "NVIDIA" && Number(gpu.capability ?? 9) < 8) {
    return {
      reason: `${gpu.name} has compute capability ${gpu.capability} and no bfloat16`,
      instead: "half",
    };
  }
  const architecture = model?.shape.architecture ?? "";
  if (
    /^(half|float16)$/.test(dtype) &&
    NO_FLOAT16.test(architecture) &&
    isAtLeast(server.version.version, "0.9.1")
  ) {
    return { reason: `vLLM refuses float16 for ${architecture}, which overflows in it`, instead: "auto" };
  }
  return undefined;
}

function fixFor(server: VllmServer, dtype: string): readonly Fix[] {
  if (!canSetArgument(server, FLAG)) return [];
  return [
    {
      title: `Set \`${FLAG}\` to \`${dtype}\``,
      apply: (editor) => setArgument(editor, server, FLAG, dtype),
    },
  ];
}
