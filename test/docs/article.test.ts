import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { RULES } from "../../src/rules/index";
import type { SizedServer } from "../../src/features/memory/sizes";
import { serviceWith } from "../service";

const page = readFileSync(join(resolve(__dirname, "../.."), "docs", "article.md"), "utf8");
const PATH = "a.yaml";
const GIB = 2 ** 30;

function sizeOf(model: string, gpu: string, utilization: number): SizedServer {
  const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  template:
    spec:
      nodeSelector: {nvidia.com/gpu.product: ${gpu}}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.21.0
          args: [${model}, --max-model-len=4096, --gpu-memory-utilization=${utilization}]
          resources: {limits: {nvidia.com/gpu: 1}}
`;
  const [server] = serviceWith({ [PATH]: manifest }).sizes(PATH);
  assert.ok(server);
  return server;
}

describe("the page on the usual advice", () => {
  it("names rules that exist", () => {
    const ids = new Set<string>(RULES.map(({ id }) => id));
    const named = [...page.matchAll(/rules\/([a-z-]+\/[a-z-]+)\.md/g)].map(([, id]) => id ?? "");
    assert.ok(named.length > 25);
    assert.deepEqual(
      named.filter((id) => !ids.has(id)),
      [],
    );
  });

  it("has the figures that the plan gives", () => {
    const rows = [...page.matchAll(/^\| (\S+\/\S+) +\| ([\d.]+) +\| (\d+) +\| ([\d.]+)k +\| (\d+) +\|$/gm)];
    assert.equal(rows.length, 8);
    for (const [, model = "", ...written] of rows) {
      const { perGpu, kv } = sizeOf(model, "NVIDIA-H200", 0.9);
      assert.ok(perGpu.weightsGiB !== null && kv.bytesPerToken !== null, model);
      const computed = [
        perGpu.weightsGiB,
        kv.bytesPerToken / 1024,
        (perGpu.weightsGiB * GIB) / 4 / kv.bytesPerToken / 1000,
        ((32 * 4096 * kv.bytesPerToken) / (perGpu.weightsGiB * GIB)) * 100,
      ];
      computed.forEach((value, i) => {
        const text = written[i] ?? "";
        const step = text.includes(".") ? 0.1 : 1;
        assert.ok(Math.abs(value - Number(text)) <= step * 0.51, `${model}: ${text} is ${value}`);
      });
    }
  });

  it("has the tokens that a memory fraction buys", () => {
    const [, low, high] = /on an L4 has ([\d.]+)k at 0\.85, ([\d.]+)k at 0\.95/.exec(page) ?? [];
    const tokens = (utilization: number): string =>
      ((sizeOf("Qwen/Qwen3-8B", "NVIDIA-L4", utilization).kv.tokens ?? 0) / 1000).toFixed(1);
    assert.deepEqual([low, high], [tokens(0.85), tokens(0.95)]);
  });
});
