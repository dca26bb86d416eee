import { findGpu, migProfile } from "../data/gpus";
import type { GpuHint } from "../kubernetes/model";
import type { VllmServer } from "../vllm/model";
import { catalogueGpu } from "./gpu-catalogue";
import type { GpuSpec } from "./plan-types";

/**
 * The accelerator of a server: what the manifest names, best hint first, else the one assumed by setting.
 * A MIG resource needs the card's name beside it to be exact; alone it still tells its nominal size.
 */
export function gpuOfServer(server: VllmServer, assumed: string | undefined): GpuSpec | undefined {
  const { gpu } = server;
  if (server.hardware === "cpu") return undefined;
  for (const hint of gpu.hints) {
    const found = catalogueGpu(hint.text, gpu.resource, originOf(hint));
    if (found) return found;
  }
  if (gpu.product && !gpu.hints.includes(gpu.product)) {
    const found = catalogueGpu(gpu.product.text, gpu.resource, originOf(gpu.product));
    if (found) return found;
  }
  if (assumed !== undefined && findGpu(assumed))
    return catalogueGpu(assumed, gpu.resource, "assumed by setting");
  return gpu.resource === undefined ? undefined : bareSlice(gpu.resource);
}

function originOf(hint: GpuHint): string {
  switch (hint.from) {
    case "node-selector":
      return `node selector ${hint.key}`;
    case "node-affinity":
      return `node affinity ${hint.key}`;
    case "instance-type":
      return `instance type ${hint.text}`;
    case "resource":
      return `resource ${hint.key}`;
    case "device-class":
      return `device class ${hint.key}`;
    case "comment":
      return "comment";
    case "setting":
      return "assumed by setting";
  }
}

/** `nvidia.com/mig-3g.40gb` without a product: the slice's nominal gigabytes, slices are a little smaller. */
function bareSlice(resource: string): GpuSpec | undefined {
  const profile = migProfile(resource);
  const gigabytes = Number(/\.(\d+)gb$/i.exec(profile ?? "")?.[1]);
  if (profile === undefined || !(gigabytes > 0)) return undefined;
  const memoryGib = gigabytes * 0.975;
  return {
    name: `MIG ${profile}`,
    vendor: "NVIDIA",
    memoryGib,
    memorySpread: memoryGib * 0.03,
    capability: undefined,
    bf16: true,
    fp8: true,
    fp4: false,
    link: "none",
    unified: false,
    bandwidth: undefined,
    tflops: undefined,
    origin: `resource ${resource}`,
  };
}
