import assert from "node:assert/strict";
import { gpuRequestOf } from "../../src/kubernetes/gpu";
import type { GpuRequest } from "../../src/kubernetes/model";
import { ObjectIndex } from "../../src/kubernetes/object-index";
import { firstContainer, objectsIn, pod, podsIn, textOf } from "./support";

function requestIn(text: string, assumed?: string): GpuRequest {
  const container = firstContainer(text);
  return gpuRequestOf(container, container.node.doc.comments, assumed);
}

function limits(entries: string): string {
  return pod({ container: `resources: { limits: { ${entries} } }` });
}

describe("GPU counts", () => {
  for (const [entries, resource, count, shared] of [
    ["nvidia.com/gpu: 2", "nvidia.com/gpu", 2, false],
    ['nvidia.com/gpu: "8"', "nvidia.com/gpu", 8, false],
    ["cpu: 8, memory: 64Gi, nvidia.com/gpu: 1", "nvidia.com/gpu", 1, false],
    ["nvidia.com/gpu.shared: 1", "nvidia.com/gpu.shared", 1, true],
    ["nvidia.com/mig-3g.40gb: 1", "nvidia.com/mig-3g.40gb", 1, false],
    ["nvidia.com/gpu: 1, nvidia.com/gpumem: 8000", "nvidia.com/gpu", 1, true],
    ["amd.com/gpu: 4", "amd.com/gpu", 4, false],
    ["habana.ai/gaudi: 8", "habana.ai/gaudi", 8, false],
    ["google.com/tpu: 4", "google.com/tpu", 4, false],
    ["aws.amazon.com/neuron: 16", "aws.amazon.com/neuron", 16, false],
    ["gpu.intel.com/xe: 1", "gpu.intel.com/xe", 1, false],
    ["huawei.com/Ascend910: 8", "huawei.com/Ascend910", 8, false],
    ["huawei.com/ascend-1980: 16", "huawei.com/ascend-1980", 16, false],
    ["nvidia.com/gpu: 0", "nvidia.com/gpu", 0, false],
    ["nvidia.com/gpu: 0.5", "nvidia.com/gpu", 0.5, false],
    ["nvidia.com/gpu: ${GPUS}", "nvidia.com/gpu", undefined, false],
    [
      "cpu: 4, rdma/ib: 1, nvidia.com/hostdev: 1, gpu.intel.com/i915_monitoring: 1",
      undefined,
      undefined,
      false,
    ],
    ["gpu: 1", undefined, undefined, false],
  ] as const) {
    it(`reads ${entries}`, () => {
      const request = requestIn(limits(entries.replace(/\$\{GPUS\}/, '"${GPUS}"')));
      assert.deepEqual([request.resource, request.count, request.shared], [resource, count, shared]);
    });
  }

  it("prefers limits to requests, and takes requests alone", () => {
    const both = pod({
      container: "resources: { requests: { nvidia.com/gpu: 1 }, limits: { nvidia.com/gpu: 2 } }",
    });
    assert.equal(requestIn(both).count, 2);
    assert.equal(textOf(requestIn(both).node), "2");
    assert.equal(requestIn(pod({ container: "resources: { requests: { nvidia.com/gpu: 1 } }" })).count, 1);
  });

  it("has nothing to say about a container without resources", () => {
    const request = requestIn(pod({}));
    assert.deepEqual(request.hints, []);
    assert.equal(request.resource, undefined);
    assert.equal(request.claimed, false);
  });

  it("reads the count of a Dynamo service", () => {
    const request = requestIn(`
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec: { services: { Worker: { resources: { limits: { gpu: "4" } }, extraPodSpec: { mainContainer: { image: d } } } } }
`);
    assert.deepEqual([request.resource, request.count], ["nvidia.com/gpu", 4]);
  });
});

describe("GPU products", () => {
  function selected(spec: string): string[] {
    return requestIn(pod({ spec })).hints.map(({ text, from }) => `${from}: ${text}`);
  }
  function affinity(...terms: readonly string[]): string {
    const list = terms.map((term) => `{ matchExpressions: [${term}] }`).join(", ");
    const rule = `{ nodeSelectorTerms: [${list}] }`;
    return `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: ${rule} } }`;
  }
  const h100 = "{ key: nvidia.com/gpu.product, operator: In, values: [NVIDIA-H100-80GB-HBM3] }";
  const l4 = "{ key: nvidia.com/gpu.product, operator: In, values: [NVIDIA-L4] }";

  for (const [spec, hints] of [
    ["nodeSelector: { nvidia.com/gpu.product: NVIDIA-L4 }", ["node-selector: NVIDIA-L4"]],
    [
      "nodeSelector: { cloud.google.com/gke-accelerator: nvidia-h100-80gb }",
      ["node-selector: nvidia-h100-80gb"],
    ],
    ["nodeSelector: { node.kubernetes.io/instance-type: g6.xlarge }", ["instance-type: g6.xlarge"]],
    [
      "nodeSelector: { karpenter.k8s.aws/instance-gpu-name: a10g, node.kubernetes.io/instance-type: g5.xlarge }",
      ["node-selector: a10g", "instance-type: g5.xlarge"],
    ],
    ["nodeSelector: { gpu.nvidia.com/model: H200 }", ["node-selector: H200"]],
    [
      "nodeSelector: { cloud.google.com/gke-gpu-partition-size: 3g.40gb, cloud.google.com/gke-accelerator: nvidia-tesla-a100 }",
      ["node-selector: nvidia-tesla-a100-MIG-3g.40gb"],
    ],
    ["nodeSelector: { cloud.google.com/gke-gpu-partition-size: 3g.40gb }", ["node-selector: mig-3g.40gb"]],
    ['nodeSelector: { nvidia.com/gpu.present: "true", gpu: "true" }', []],
    ['nodeSelector: { nvidia.com/gpu.product: "{{ .Values.gpu }}" }', []],
    ['nodeSelector: { nvidia.com/gpu.product: "$GPU_MODEL" }', []],
    [affinity(h100), ["node-affinity: NVIDIA-H100-80GB-HBM3"]],
    [affinity(h100, h100), ["node-affinity: NVIDIA-H100-80GB-HBM3"]],
    [affinity(h100, l4), []],
    [affinity(h100.replace("HBM3", "HBM3, NVIDIA-L4")), []],
    [affinity(h100.replace("In,", "NotIn,")), []],
    [
      `affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [${l4}] } }] } }`,
      [],
    ],
  ] as const) {
    // prettier-ignore
    it(`reads ${spec}`, () => assert.deepEqual(selected(spec), hints));
  }

  it("points at the text it was read from", () => {
    const { product } = requestIn(pod({ spec: "nodeSelector: { nvidia.com/gpu.product: NVIDIA-L4 }" }));
    assert.equal(textOf(product?.node), "NVIDIA-L4");
    assert.equal(product?.key, "nvidia.com/gpu.product");
  });

  it("takes a MIG profile over the card that it is cut from", () => {
    const text = pod({
      spec: "nodeSelector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB }",
      container: "resources: { limits: { nvidia.com/mig-3g.40gb: 1 } }",
    });
    assert.deepEqual(
      requestIn(text).hints.map((hint) => hint.text),
      ["mig-3g.40gb", "NVIDIA-A100-SXM4-80GB"],
    );
  });

  it("sees that a card is shared", () => {
    const shared = (spec: string): boolean =>
      requestIn(pod({ spec, container: "resources: { limits: { nvidia.com/gpu: 1 } }" })).shared;
    assert.equal(shared("nodeSelector: { nvidia.com/gpu.product: Tesla-T4-SHARED }"), true);
    assert.equal(shared("nodeSelector: { cloud.google.com/gke-gpu-sharing-strategy: time-sharing }"), true);
    assert.equal(shared("nodeSelector: { nvidia.com/gpu.sharing-strategy: none }"), false);
  });

  it("falls back to the setting", () => {
    assert.deepEqual(requestIn(pod({}), "L4").product?.from, "setting");
    assert.deepEqual(
      requestIn(pod({ spec: "nodeSelector: { nvidia.com/gpu.product: T4 }" }), "L4").product?.text,
      "T4",
    );
  });
});

describe("GPU comments", () => {
  function comments(text: string): (string | undefined)[] {
    return podsIn(text).flatMap(({ containers }) =>
      containers.map((container) => {
        const { product } = gpuRequestOf(container, container.node.doc.comments);
        return product?.from === "comment" ? product.text : undefined;
      }),
    );
  }
  const [a, b] = ["    - name: a\n      image: a\n", "    - name: b\n      image: b\n"];
  const head = "apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n  containers:\n";

  for (const [where, text, expected] of [
    ["above the object", `# vllm-k8s: gpu=L4\n${head}${a}${b}`, ["L4", "L4"]],
    ["inside a container", `${head}${a}      # vllm-k8s: gpu=L4\n      args: []\n${b}`, ["L4", undefined]],
    ["behind a value", `${head}${a.trimEnd()} # vllm-k8s: gpu=H100-80GB\n      args: []\n`, ["H100-80GB"]],
    ["above each container", `${head}    # vllm-k8s: gpu=L4\n${a}    # vllm-k8s: gpu=T4\n${b}`, ["L4", "T4"]],
    ["with a name in quotes", `# vllm-k8s: gpu="NVIDIA L4"\n${head}${a}`, ["NVIDIA L4"]],
    ["with other words", `# vllm-k8s: model=x, gpu = T4, other=1\n${head}${a}`, ["T4"]],
    ["that says something else", `# vllm-k8s: gpus\n# gpu=T4\n${head}${a}`, [undefined]],
  ] as const) {
    it(`are read ${where}`, () => assert.deepEqual(comments(text), expected));
  }

  it("beat a label", () => {
    const text = `# vllm-k8s: gpu=T4\n${pod({ spec: "nodeSelector: { nvidia.com/gpu.product: NVIDIA-L4 }" })}`;
    assert.deepEqual(
      requestIn(text).hints.map((hint) => hint.text),
      ["T4", "NVIDIA-L4"],
    );
  });

  it("mean the object they stand in", () => {
    const item = (name: string, comment: string): string =>
      `  - apiVersion: v1\n    kind: Pod\n    metadata: { name: ${name} }\n    spec:\n${comment}      containers: [{ name: ${name}, image: x }]\n`;
    const text = `apiVersion: v1\nkind: List\nitems:\n${item("a", "      # vllm-k8s: gpu=L4\n")}${item("b", "")}`;
    assert.deepEqual(comments(text), ["L4", undefined]);
    const above = `apiVersion: v1\nkind: List\nitems:\n${item("a", "")}  # vllm-k8s: gpu=T4\n  # more\n${item("b", "")}`;
    assert.deepEqual(comments(above), [undefined, "T4"]);
  });
});

describe("resource claims", () => {
  const text = `${pod({
    spec: "resourceClaims: [{ name: gpu, resourceClaimTemplateName: one }, { name: nic, resourceClaimTemplateName: nics }]",
    container: "resources: { claims: [{ name: gpu }, { name: nic }] }",
  })}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: { name: one }
spec: { spec: { devices: { requests: [{ name: g, exactly: { deviceClassName: gpu.nvidia.com, count: 2 } }] } } }
---
apiVersion: resource.k8s.io/v1beta1
kind: ResourceClaimTemplate
metadata: { name: nics }
spec: { spec: { devices: { requests: [{ name: n, deviceClassName: rdma.example.com }] } } }
`;

  it("are followed to their device class", () => {
    const { find } = new ObjectIndex(objectsIn(text));
    const request = gpuRequestOf(firstContainer(text), [], undefined, find);
    assert.deepEqual([request.resource, request.count, request.claimed], [undefined, 2, true]);
    assert.deepEqual(
      request.hints.map(({ from, text }) => [from, text]),
      [["device-class", "gpu.nvidia.com"]],
    );
  });

  it("are unknown where their template is out of view", () => {
    const request = gpuRequestOf(firstContainer(text), []);
    assert.deepEqual([request.count, request.claimed, request.hints], [undefined, true, []]);
  });
});
