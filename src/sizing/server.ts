import type { Resolved, VllmServer } from "../vllm/model";
import { measuredFor, type Calibrations } from "./calibration";
import { catalogueModel } from "./catalogue";
import { modelFromFiles, type ModelFiles } from "./model-files";
import { planMemory } from "./plan";
import type { MemoryPlan, PlanInput, SettingName } from "./plan-types";
import { gpuOfServer } from "./server-gpu";
import { serverSettings } from "./server-settings";

export interface PlanOptions {
  /** A product to take where the manifest names none. */
  readonly gpu?: string | undefined;
  /** What was measured and kept, by workload. */
  readonly calibrations?: Calibrations | undefined;
  /** The files of a model as far as the host has them; undefined when it has none. */
  readonly modelFiles?: ((id: string) => ModelFiles | undefined) | undefined;
}

/** The memory plan of a server in a manifest. What the manifest leaves open stays undefined in the plan. */
export function planServer(server: VllmServer, options: PlanOptions = {}): MemoryPlan {
  return planMemory(planInput(server, options));
}

/** What the plan is made from: for "what if", which changes a value and plans again. */
export function planInput(server: VllmServer, options: PlanOptions = {}): PlanInput {
  const { settings, origins, unknown } = serverSettings(server, (id) => knownModel(id, options).model?.shape);
  const { model, modelProblem } = modelOfServer(server.engine.model, options);
  const gpu = gpuOfServer(server, options.gpu);
  const missing: SettingName[] = [...unknown];
  if (!server.engine.model.known) missing.push("model");
  const input: PlanInput = {
    ...settings,
    model,
    modelProblem,
    modelName: server.engine.model.known ? server.engine.model.value : undefined,
    gpu,
    version: server.version.version,
    versionOrigin: versionOrigin(server),
    origins,
    unknown: missing,
  };
  const measured = measuredFor(server, input, options.calibrations);
  return measured ? { ...input, measured } : input;
}

function versionOrigin(server: VllmServer): string {
  switch (server.version.origin) {
    case "tag":
      return "tag";
    case "setting":
      return "assumed by setting";
    case "newest":
      return "newest release, assumed";
    default:
      return server.version.origin;
  }
}

type Known = Pick<PlanInput, "model" | "modelProblem">;

function modelOfServer(model: Resolved<string>, options: PlanOptions): Known {
  return model.known ? knownModel(model.value, options) : { model: undefined };
}

/**
 * The files of a host count first: a person put them there. The Hub's count before a guess by name only, which is why a
 * host looks there for models alone that the catalogue does not hold as they are.
 */
function knownModel(id: string, options: PlanOptions): Known {
  const files = options.modelFiles?.(id);
  const read = files && modelFromFiles(id, files);
  if (read && !("problem" in read)) return { model: read };
  const model =
    catalogueModel(id) ??
    catalogueModel(id.replace(/^(hf|huggingface):\/\//, "").replace(/[:@][\w.-]+$/, ""));
  return { model, modelProblem: read?.problem };
}
