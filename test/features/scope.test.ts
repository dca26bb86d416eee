import assert from "node:assert/strict";
import type { Service } from "../../src/service";
import { serviceWith } from "../service";

const deployment = (name: string, image = "vllm/vllm-openai:v0.11.0"): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: vllm
          image: ${image}
          args: ["--model", "Qwen/Qwen3-8B"]
`;

const cpuScaler = (target: string): string => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${target}-vllm
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }
  maxReplicas: 3
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } }
`;

const kustomization = (...lines: readonly string[]): string => `kind: Kustomization\n${lines.join("\n")}\n`;

/** True when the autoscaler was seen together with the vLLM server that it scales. */
function seesServer(service: Service, path: string): boolean {
  return service.diagnostics(path).some(({ rule }) => rule === "autoscaling/blind-signal");
}

function rulesOf(service: Service, path: string): readonly string[] {
  return service.diagnostics(path).map(({ rule }) => rule);
}

describe("In view of a manifest", () => {
  it("are the folders next to its own", () => {
    for (const path of ["/r/k8s/scaling/hpa.yaml", "/r/k8s/hpa.yaml", "/r/k8s/server/scaling/hpa.yaml"]) {
      const service = serviceWith({
        "/r/k8s/server/vllm.yaml": deployment("chat"),
        [path]: cpuScaler("chat"),
      });
      assert.ok(seesServer(service, path), path);
    }
  });

  it("are no folders further away", () => {
    const service = serviceWith({
      "/r/a/server/vllm.yaml": deployment("chat"),
      "/r/b/scaling/hpa.yaml": cpuScaler("chat"),
    });
    assert.ok(!seesServer(service, "/r/b/scaling/hpa.yaml"));
  });

  it("is no other environment, which defines the same objects", () => {
    const service = serviceWith({
      "/r/prod/vllm.yaml": deployment("chat", "example.com/other:1"),
      "/r/staging/vllm.yaml": deployment("chat"),
      "/r/prod/hpa.yaml": cpuScaler("chat"),
    });
    assert.ok(!seesServer(service, "/r/prod/hpa.yaml"));
    service.removeFile("/r/prod/vllm.yaml");
    assert.ok(seesServer(service, "/r/prod/hpa.yaml"), "once it is the only one of that name");
  });

  it("is what a kustomization deploys, and nothing else", () => {
    const files = {
      "/r/base/kustomization.yaml": kustomization("resources:", "  - vllm.yaml"),
      "/r/base/vllm.yaml": deployment("chat"),
      "/r/overlays/prod/kustomization.yaml": kustomization("resources:", "  - ../../base", "  - hpa.yaml"),
      "/r/overlays/prod/hpa.yaml": cpuScaler("chat"),
      "/r/overlays/dev/kustomization.yaml": kustomization("resources:", "  - hpa.yaml"),
      "/r/overlays/dev/hpa.yaml": cpuScaler("chat"),
    };
    const service = serviceWith(files);
    assert.ok(seesServer(service, "/r/overlays/prod/hpa.yaml"));
    assert.ok(!seesServer(service, "/r/overlays/dev/hpa.yaml"));
    assert.deepEqual(service.referredFolders("/r/overlays/prod/hpa.yaml"), ["/r/base", "/r/overlays/prod"]);
  });

  it("is a chart as a whole", () => {
    const service = serviceWith({
      "/r/chart/Chart.yaml": "name: chart\nversion: 1.0.0\n",
      "/r/chart/templates/server/deployment.yaml": deployment("chat"),
      "/r/chart/templates/scaling/parts/hpa.yaml": cpuScaler("chat"),
      "/r/chart/charts/other/Chart.yaml": "name: other\nversion: 1.0.0\n",
      "/r/chart/charts/other/templates/hpa.yaml": cpuScaler("chat"),
    });
    assert.ok(seesServer(service, "/r/chart/templates/scaling/parts/hpa.yaml"));
    assert.ok(!seesServer(service, "/r/chart/charts/other/templates/hpa.yaml"));
  });

  it("follows an edit in another folder", () => {
    const service = serviceWith({
      "/r/k8s/server/vllm.yaml": deployment("chat"),
      "/r/k8s/scaling/hpa.yaml": cpuScaler("chat"),
    });
    assert.ok(seesServer(service, "/r/k8s/scaling/hpa.yaml"));
    service.setFile("/r/k8s/server/vllm.yaml", deployment("renamed"));
    assert.ok(!seesServer(service, "/r/k8s/scaling/hpa.yaml"));
  });
});

describe("An object that a kustomization may change", () => {
  const alone = { "/r/k8s/vllm.yaml": deployment("chat") };
  const NO_PROBE = "startup/no-startup-probe";

  it("is judged as it stands while nothing changes it", () => {
    assert.ok(rulesOf(serviceWith(alone), "/r/k8s/vllm.yaml").includes(NO_PROBE));
    const plain = serviceWith({
      ...alone,
      "/r/k8s/kustomization.yaml": kustomization("resources: [vllm.yaml]"),
    });
    assert.ok(rulesOf(plain, "/r/k8s/vllm.yaml").includes(NO_PROBE));
  });

  it("is partial once its kustomization patches, or another one deploys it", () => {
    const service = serviceWith(alone);
    assert.ok(rulesOf(service, "/r/k8s/vllm.yaml").includes(NO_PROBE));
    service.setFile(
      "/r/k8s/kustomization.yaml",
      kustomization("resources: [vllm.yaml]", "patches: [{ path: p.yaml }]"),
    );
    assert.ok(!rulesOf(service, "/r/k8s/vllm.yaml").includes(NO_PROBE));
    service.removeFile("/r/k8s/kustomization.yaml");
    assert.ok(rulesOf(service, "/r/k8s/vllm.yaml").includes(NO_PROBE));
    service.setFile("/r/prod/kustomization.yaml", kustomization("resources: [../k8s]"));
    assert.ok(!rulesOf(service, "/r/k8s/vllm.yaml").includes(NO_PROBE));
  });

  it("is not recognised by folders far above, where somebody keeps the repository", () => {
    assert.ok(
      rulesOf(
        serviceWith({ "/base/repo/deploy/k8s/vllm.yaml": deployment("chat") }),
        "/base/repo/deploy/k8s/vllm.yaml",
      ).includes(NO_PROBE),
    );
    assert.ok(
      !rulesOf(serviceWith({ "/repo/base/vllm.yaml": deployment("chat") }), "/repo/base/vllm.yaml").includes(
        NO_PROBE,
      ),
    );
  });
});
