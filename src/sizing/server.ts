import type { Resolved, VllmServer } from "../vllm/model";
import { catalogueModel } from "./catalogue";
import { shapeFromConfig } from "./config-shape";
import { planMemory } from "./plan";
import type { MemoryPlan, PlanInput, PlannedModel, SettingName } from "./plan-types";
import { gpuOfServer } from "./server-gpu";
import { serverSettings } from "./server-settings";

export interface PlanOptions {
  /** A product to take where the manifest names none. */
  readonly gpu?: string | undefined;
  /** Reads the `config.json` of a model that the catalogue does not hold, already parsed; undefined when there is none. */
  readonly modelConfig?: ((id: string) => unknown) | undefined;
}

/** The memory plan of a server in a manifest. What the manifest leaves open stays undefined in the plan. */
export function planServer(server: VllmServer, options: PlanOptions = {}): MemoryPlan {
  return planMemory(planInput(server, options));
}

/** What the plan is made from: for "what if", which changes a value and plans again. */
export function planInput(server: VllmServer, options: PlanOptions = {}): PlanInput {
  const { settings, origins, unknown } = serverSettings(server, (id) => knownModel(id, options)?.shape);
  const model = modelOfServer(server.engine.model, options);
  const gpu = gpuOfServer(server, options.gpu);
  const missing: SettingName[] = [...unknown];
  if (!server.engine.model.known) missing.push("model");
  return {
    ...settings,
    model,
    modelName: server.engine.model.known ? server.engine.model.value : undefined,
    gpu,
    version: server.version.version,
    versionOrigin: versionOrigin(server),
    origins,
    unknown: missing,
  };
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

function modelOfServer(model: Resolved<string>, options: PlanOptions): PlannedModel | undefined {
  return model.known ? knownModel(model.value, options) : undefined;
}

function knownModel(id: string, options: PlanOptions): PlannedModel | undefined {
  const config = options.modelConfig?.(id);
  if (config !== undefined) {
    const shape = shapeFromConfig(config);
    if (!("problem" in shape)) return { id, shape, source: "config.json", confidence: "given" };
  }
  return (
    catalogueModel(id) ?? catalogueModel(id.replace(/^(hf|huggingface):\/\//, "").replace(/[:@][\w.-]+$/, ""))
  );
}
