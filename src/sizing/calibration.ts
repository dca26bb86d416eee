import { own } from "../base/own";
import type { VllmServer } from "../vllm/model";
import { formatVersion } from "../vllm/version";
import type { PlanInput } from "./plan-types";
import type { Ingredient } from "./quantity";

/** What a start-up log showed of one workload beside what was planned, and what it was measured with. */
export interface Calibration {
  readonly vllm: string;
  readonly gpu: string;
  readonly model: string;
  readonly tensorParallel: number;
  /** GiB on the fullest GPU that were taken beyond the plan; negative when it took less. */
  readonly overheadGib: number;
}

export type Calibrations = Readonly<Record<string, Calibration>>;

/** What a measurement adds to a plan, or why it is not used. */
export interface Measured {
  readonly overheadGib: number | undefined;
  readonly input: Ingredient;
}

/** How the workspace file names a server: `Deployment/namespace/name/container`. */
export function calibrationKey({ object, name }: VllmServer): string {
  return [object.kind, object.namespace ?? "-", object.name ?? "-", name].join("/");
}

/** The measurement kept for a server, as long as what it was measured with is what the manifest says. */
export function measuredFor(
  server: VllmServer,
  input: PlanInput,
  calibrations: Calibrations | undefined,
): Measured | undefined {
  const kept = calibrations && own(calibrations, calibrationKey(server));
  if (!isCalibration(kept)) return undefined;
  const differences = [
    ["vLLM", kept.vllm, formatVersion(input.version)],
    ["GPU", kept.gpu, input.gpu?.name],
    ["model", kept.model, input.model?.id],
    ["tensor parallel size", kept.tensorParallel, input.tensorParallel ?? 1],
  ].filter(([, was, is]) => was !== is);
  const [first] = differences;
  if (first) {
    const [name, was, is] = first;
    const origin = `measured with ${name} ${was}, not ${is ?? "known"}`;
    return { overheadGib: undefined, input: { name: "calibration", value: "not used", origin } };
  }
  const value = `${kept.overheadGib.toFixed(2)} GiB`;
  const origin = `calibrated with a log of vLLM ${kept.vllm} on ${kept.gpu}`;
  return { overheadGib: kept.overheadGib, input: { name: "calibration", value, origin } };
}

/** The workspace file is written by hand too. */
function isCalibration(kept: Calibration | undefined): kept is Calibration {
  if (typeof kept !== "object") return false;
  const { vllm, gpu, model, tensorParallel, overheadGib } = kept;
  return (
    [vllm, gpu, model].every((text) => typeof text === "string") &&
    [tensorParallel, overheadGib].every((value) => typeof value === "number" && Math.abs(value) < 1e4)
  );
}
