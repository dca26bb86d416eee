import assert from "node:assert/strict";
import { hardwareOf, parseImage, roleOf, versionOf } from "../../src/vllm/image";
import { formatVersion } from "../../src/vllm/version";
import { asMap } from "../../src/yaml/node";
import type { YamlScalar } from "../../src/yaml/node";
import { parseDocument } from "../../src/yaml/parse";

function image(text: string): ReturnType<typeof parseImage> {
  return parseImage(asMap(parseDocument(`image: '${text}'`).root)?.get("image") as YamlScalar);
}

function version(text: string): string | undefined {
  const claim = versionOf(image(text), undefined);
  return claim.origin === "tag" ? formatVersion(claim.version) : undefined;
}

describe("container images", () => {
  it("come apart into repository, tag and digest", () => {
    const parts = (text: string): unknown[] => {
      const { repository, tag, digest } = image(text) ?? {};
      return [repository, tag, digest];
    };
    assert.deepEqual(parts("vllm/vllm-openai"), ["vllm/vllm-openai", undefined, undefined]);
    assert.deepEqual(parts("reg.io:5000/a/b:v1@sha256:ab"), ["a/b", "v1", "sha256:ab"]);
    assert.deepEqual(parts("localhost/vllm:{{ .Values.tag }}"), ["vllm", undefined, undefined]);
    assert.deepEqual(parts("vllm/vllm-openai:${TAG:-latest}"), ["vllm/vllm-openai", undefined, undefined]);
  });

  for (const [text, expected] of [
    ["vllm/vllm-openai:v0.8.5.post1", "0.8.5"],
    ["vllm/vllm-openai:v0.11.0rc1", "0.11.0"],
    ["docker.io/vllm/vllm-openai:v0.10.2-x86_64", "0.10.2"],
    ["mirror.corp:443/proxy/vllm/vllm-openai:v0.20.0-cu129-ubuntu2404", "0.20.0"],
    ["vllm/vllm-openai-rocm:v0.14.0", "0.14.0"],
    ["public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:v0.9.2", "0.9.2"],
    ["public.ecr.aws/deep-learning-containers/vllm:0.11-gpu-py312-ec2", "0.11.0"],
    ["rocm/vllm:rocm6.4.1_vllm_0.9.1_20250702", "0.9.1"],
    ["nvcr.io/nvidia/vllm:25.10-py3", "0.10.2"],
    ["nvcr.io/nvidia/vllm:24.01-py3", undefined],
    ["vllm/vllm-openai:latest", undefined],
    ["vllm/vllm-openai:nightly-0123456789", undefined],
    ["vllm/vllm-openai@sha256:0123", undefined],
    ["lmcache/vllm-openai:v0.3.9", undefined],
    ["opea/vllm:1.3", undefined],
    ["ghcr.io/llm-d/llm-d-cuda:v0.9.0", undefined],
    ["registry.io/team/vllm:v1.2.3", undefined],
    ["vllm/vllm-openai:v1.2.3", undefined],
  ] as const) {
    it(`${text} holds ${expected ?? "nobody knows which"}`, () => assert.equal(version(text), expected));
  }

  it("fall back to the setting, then to the newest release", () => {
    const assumed = { major: 0, minor: 9, patch: 1 };
    assert.deepEqual(versionOf(image("vllm/vllm-openai"), assumed), { version: assumed, origin: "setting" });
    assert.equal(versionOf(undefined, undefined).origin, "newest");
    assert.equal(versionOf(image("vllm/vllm-openai:v0.8.0"), assumed).origin, "tag");
  });

  for (const [text, role] of [
    ["vllm/vllm-openai:v0.8.0", "server"],
    ["harbor.x/team/vllm:custom", "server"],
    ["myorg/my-vllm", "server"],
    ["${VLLM_IMAGE}", "server"],
    ["ghcr.io/vllm-project/production-stack/router:v1", "other"],
    ["ghcr.io/llm-d/llm-d-inference-sim:v0.4", "other"],
    ["${VLLM_SIMULATOR_IMAGE}", "other"],
    ["quay.io/x/vllm-metrics-exporter", "other"],
    ["quay.io/x/vllm-benchmark", "other"],
    ["ghcr.io/vllm-project/aibrix/runtime", "unknown"],
    ["lmsysorg/sglang:latest", "unknown"],
    ["nginx", "unknown"],
  ] as const) {
    it(`${text} is ${role}`, () => assert.equal(roleOf(image(text)), role));
  }

  for (const [text, hardware] of [
    ["vllm/vllm-openai:latest", "cuda"],
    ["rocm/vllm:latest", "rocm"],
    ["vllm/vllm-openai:v0.6.3.post1-rocm", "rocm"],
    ["public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:v0.9.2", "cpu"],
    ["vllm/vllm-tpu:nightly", "tpu"],
    ["opea/vllm-gaudi:1.22.0", "gaudi"],
    ["public.ecr.aws/x/vllm-neuron-release-repo:v0.1", "neuron"],
    ["ghcr.io/llm-d/llm-d-xpu:latest", "xpu"],
    ["quay.io/ascend/vllm-ascend:v0.11.0", "unknown"],
    ["nginx", "unknown"],
  ] as const) {
    it(`${text} runs on ${hardware}`, () => assert.equal(hardwareOf(image(text)), hardware));
  }
});
