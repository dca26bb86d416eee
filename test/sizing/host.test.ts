import assert from "node:assert/strict";
import { hostPlan, type HostPlan } from "../../src/sizing/host";
import { planServer } from "../../src/sizing/server";
import { deployment, serverIn } from "../vllm/support";
import { close } from "./support";

interface Pod {
  readonly args?: readonly string[];
  readonly tag?: string;
  readonly container?: string;
  readonly pod?: string;
}

function hostOf({ args = [], tag = "v0.19.0", container = "", pod = "" }: Pod): HostPlan {
  const text = deployment(
    `name: vllm
image: vllm/vllm-openai:${tag}
args: ${JSON.stringify(["--model=Qwen/Qwen3-8B", ...args])}
${container}resources:
  limits: {nvidia.com/gpu: 4, memory: 48Gi}`,
    pod,
  );
  const server = serverIn(text);
  return hostPlan(server, planServer(server, { gpu: "H100-80GB" }));
}

const TP4 = "--tensor-parallel-size=4";

describe("host side of a server", () => {
  it("grows with the ranks", () => {
    const one = hostOf({});
    const four = hostOf({ args: [TP4] });
    close(one.ram?.value, 6, 0.01);
    close(four.ram?.value, 12.7, 0.02);
    assert.ok((one.ram?.low ?? 0) < (one.ram?.value ?? 0) && (one.ram?.value ?? 0) < (one.ram?.high ?? 0));
    assert.equal(one.ramLimitGib, 48);
    assert.equal(one.shm?.value, 0);
    close(four.shm?.value, 0.672, 0.01);
  });

  it("adds what is kept in host memory: weights, KV blocks, connectors", () => {
    const without = hostOf({ args: [TP4] }).ram?.value ?? 0;
    const extra = (args: readonly string[], container = ""): number =>
      (hostOf({ args: [TP4, ...args], container }).ram?.value ?? Number.NaN) - without;
    const connector = (name: string, more: object): string =>
      `--kv-transfer-config=${JSON.stringify({ kv_connector: name, kv_role: "kv_both", kv_connector_extra_config: more })}`;
    close(extra(["--cpu-offload-gb=8"]), 32, 0.01);
    close(extra(["--kv-offloading-size=64"]), 64, 0.01);
    close(extra([connector("OffloadingConnector", { cpu_bytes_to_use: 2 ** 35 })]), 32, 0.01);
    close(extra([connector("LMCacheConnectorV1", {})]), 20, 0.01);
    const sized = "env: [{name: LMCACHE_MAX_LOCAL_CPU_SIZE, value: '20'}]\n";
    close(extra([connector("LMCacheConnectorV1", {})], sized), 80, 0.01);
    const inner = {
      kv_connector: "OffloadingConnector",
      kv_connector_extra_config: { cpu_bytes_to_use: 2 ** 34 },
    };
    close(
      extra([connector("MultiConnector", { connectors: [{ kv_connector: "NixlConnector" }, inner] })]),
      16,
      0.01,
    );
    assert.equal(extra([connector("NixlConnector", {})]), 0);
  });

  it("stays unknown where something that counts cannot be seen", () => {
    assert.equal(hostOf({ args: ["--tensor-parallel-size=$(TP)"] }).ram, undefined);
    assert.equal(hostOf({ args: ["--cpu-offload-gb=$(GB)"] }).ram, undefined);
    assert.equal(hostOf({ args: ["--kv-transfer-config=$(KV)"] }).ram, undefined);
    const blocks = {
      kv_connector: "OffloadingConnector",
      kv_connector_extra_config: { num_cpu_blocks: 1000 },
    };
    assert.equal(hostOf({ args: [`--kv-transfer-config=${JSON.stringify(blocks)}`] }).ram, undefined);
    const file = "env: [{name: LMCACHE_CONFIG_FILE, value: /etc/lmcache.yaml}]\n";
    const lmcache = `--kv-transfer-config=${JSON.stringify({ kv_connector: "LMCacheConnectorV1" })}`;
    assert.equal(hostOf({ args: [lmcache], container: file }).ram, undefined);
  });

  it("counts a download on the node's own disk only", () => {
    close(hostOf({}).ephemeral?.value, 15.26, 0.01);
    assert.match(hostOf({}).ephemeral?.formula ?? "", /\/root\/\.cache\/huggingface/);
    const claim = {
      container: "volumeMounts: [{name: cache, mountPath: /root/.cache}]\n",
      pod: "      volumes: [{name: cache, persistentVolumeClaim: {claimName: weights}}]\n",
    };
    assert.equal(hostOf(claim).ephemeral?.value, 0);
    const empty = { ...claim, pod: "      volumes: [{name: cache, emptyDir: {}}]\n" };
    close(hostOf(empty).ephemeral?.value, 15.26, 0.01);
  });

  it("holds a file of each rank in memory when files are not mapped", () => {
    const mapped = hostOf({}).ram?.value ?? 0;
    assert.ok((hostOf({ args: ["--safetensors-load-strategy=eager"] }).ram?.value ?? 0) > mapped + 3);
    assert.ok((hostOf({ args: ["--load-format=runai_streamer"] }).ram?.value ?? 0) > mapped + 10);
  });

  it("had swap space before V1", () => {
    const v0 = hostOf({ args: [TP4], tag: "v0.6.3" }).ram?.value ?? 0;
    close(v0 - (hostOf({ args: [TP4] }).ram?.value ?? 0), 16, 0.01);
  });
});
