import { findGpu, type GpuEntry, type GpuMatch, migProfile, migSlice } from "../data/gpus";
import type { GpuSpec } from "./plan-types";

/** An accelerator by any of its names; a MIG resource beside it picks the slice. */
export function catalogueGpu(
  text: string,
  resource: string | undefined,
  origin: string,
): GpuSpec | undefined {
  const match = findGpu(text);
  if (match === undefined) return undefined;
  const profile = resource === undefined ? undefined : migProfile(resource);
  return gpuSpec(profile === undefined ? match : { ...match, mig: migSlice(match.entry, profile) }, origin);
}

export function gpuSpec(match: GpuMatch, origin: string): GpuSpec {
  const { entry, mig } = match;
  return {
    name: mig ? `${entry.name} ${mig.profile}` : entry.name,
    vendor: entry.vendor,
    memoryGib: mig?.memoryGib ?? entry.memoryGib,
    memorySpread: mig ? mig.memoryGib * (mig.estimated ? 0.03 : 0.01) : spread(entry),
    capability: entry.capability,
    bf16: entry.bf16 ?? false,
    fp8: entry.fp8 ?? false,
    fp4: entry.fp4 ?? false,
    link: mig ? "none" : entry.link,
    unified: entry.unified ?? false,
    ...ratesOf(match),
    origin,
  };
}

/** A slice has its part of the memory's lanes, and as many sevenths of the processors as its profile says. */
function ratesOf({ entry, mig }: GpuMatch): Pick<GpuSpec, "bandwidth" | "tflops"> {
  if (!mig) return { bandwidth: entry.bandwidth, tflops: entry.tflops };
  const share = (whole: number | undefined, part: number): number | undefined =>
    whole === undefined ? undefined : whole * Math.min(1, part);
  return {
    bandwidth: share(entry.bandwidth, mig.memoryGib / entry.memoryGib),
    tflops: share(entry.tflops, Number.parseInt(mig.profile, 10) / 7),
  };
}

/** Totals of one card differ between drivers; 0.1 GiB where only one was seen. */
function spread(entry: GpuEntry): number {
  const seen = Math.max(0, ...(entry.observed ?? []).map((other) => Math.abs(other - entry.memoryGib)));
  return Math.max(seen, entry.estimated ? entry.memoryGib * 0.01 : 0.1);
}
