import { HUB_SOURCE, problemOf } from "../../features/workspace/model-places";
import type { Environment } from "../../service";
import type { HubModel } from "./client";

type ModelFiles = ReturnType<NonNullable<Environment["modelFiles"]>>;

/** The name of the file that a model is kept in: no part of it comes through unescaped. */
export function recordName(endpoint: string, id: string): string {
  return `${encodeURIComponent(new URL(endpoint).host)}--${encodeURIComponent(id.replace("/", "--"))}.json`;
}

export function filesOf(model: HubModel): ModelFiles {
  return {
    config: model.config,
    quantization: model.quantization,
    weightBytes: model.weightBytes,
    source: HUB_SOURCE,
  };
}

/** Why a model that the Hub gave is of no use; such a one is not kept. */
export function reasonAgainst(id: string, model: HubModel): string | undefined {
  const files = filesOf(model);
  return files && problemOf(id, files);
}

export function encode(id: string, model: HubModel): string {
  return JSON.stringify({ version: 1, id, ...model });
}

/** Undefined for anything that was not written by `encode` for this model, or has been damaged since. */
export function decode(id: string, text: string): HubModel | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const record = value as Partial<HubModel> & { version?: unknown; id?: unknown };
  if (typeof value !== "object" || value === null || record.version !== 1 || record.id !== id)
    return undefined;
  const { config, quantization, weightBytes } = record;
  if (typeof config !== "string") return undefined;
  const model: HubModel = {
    config,
    quantization: typeof quantization === "string" ? quantization : undefined,
    weightBytes: typeof weightBytes === "number" ? weightBytes : undefined,
  };
  return reasonAgainst(id, model) === undefined ? model : undefined;
}
