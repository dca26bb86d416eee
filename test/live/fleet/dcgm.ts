import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fleet } from "./fleet";

export interface Dcgm {
  readonly port: number;
  stop(): Promise<void>;
}

/** An L4's framebuffer in MiB, and what vLLM keeps of it at `--gpu-memory-utilization=0.9`. */
const TOTAL = 23_034;
const KEPT = 0.9 * TOTAL;

/** NVIDIA's DCGM exporter for the GPUs of a fleet, one each, with the labels that its Kubernetes mapping gives. */
export async function startDcgm({ fleet, namespace }: { fleet: Fleet; namespace: string }): Promise<Dcgm> {
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(dcgmText(fleet, namespace)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function dcgmText({ pods }: Fleet, namespace: string): string {
  const gauge = (name: string, valueOf: (used: number) => number): string[] => [
    `# HELP ${name} Framebuffer memory (in MiB).`,
    `# TYPE ${name} gauge`,
    ...pods.map(({ name: pod, engine }, i) => {
      const labels = `gpu="0",UUID="GPU-${i}",device="nvidia0",modelName="NVIDIA L4",Hostname="gpu-node-${i}",container="vllm",namespace="${namespace}",pod="${pod}"`;
      // Libraries take a little more the first time that a batch of a size comes along.
      const used = Math.round(KEPT + 60 + Math.min(240, engine.generationTokens / 400));
      return `${name}{${labels}} ${valueOf(used)}`;
    }),
  ];
  return [
    ...gauge("DCGM_FI_DEV_FB_USED", (used) => used),
    ...gauge("DCGM_FI_DEV_FB_FREE", (used) => TOTAL - used),
    "",
  ].join("\n");
}
