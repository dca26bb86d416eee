import assert from "node:assert/strict";
import { checklistSections } from "../../src/data/checklist";
import type { Checklist, ChecklistEntry } from "../../src/features/checklist/checklist";
import { RULES } from "../../src/rules/index";
import { serviceWith } from "../service";

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  replicas: 1
  selector:
    matchLabels: {app: chat}
  template:
    metadata:
      labels: {app: chat}
    spec:
      nodeSelector:
        nvidia.com/gpu.product: NVIDIA-L4
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.21.0
          args: [Qwen/Qwen3-8B, --max-model-len=8192, --dtype=bf16]
          resources:
            limits:
              nvidia.com/gpu: 1
`;

const BUDGET = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: chat
spec:
  minAvailable: 1
  selector:
    matchLabels: {app: chat}
`;

function entry(checklist: Checklist | undefined, id: string): ChecklistEntry {
  const found = checklist?.sections.flatMap(({ entries }) => entries).find((one) => one.id === id);
  assert.ok(found, `entry ${id}`);
  return found;
}

describe("The production checklist", () => {
  it("passes, fails and asks the cluster, with the place and a fix", () => {
    const checklist = serviceWith({ "/a/chat.yaml": DEPLOYMENT }).checklist("/a/chat.yaml", "file");
    assert.equal(entry(checklist, "1.1").status, "passes");
    const invalid = entry(checklist, "6.6");
    assert.equal(invalid.status, "fails");
    assert.deepEqual(
      invalid.places.map(({ rule, path, fixable, range }) => [rule, path, fixable, range.start.line]),
      [["args/invalid-value", "/a/chat.yaml", true, 17]],
    );
    assert.equal(entry(checklist, "3.1").status, "cluster");
    assert.equal(entry(checklist, "3.11").status, "people");
  });

  it("says why it cannot tell", () => {
    const text = DEPLOYMENT.replace("Qwen/Qwen3-8B", '"{{ .Values.model }}"').replace(":v0.21.0", ":latest");
    const checklist = serviceWith({ "/a/chat.yaml": text }).checklist("/a/chat.yaml", "file");
    assert.deepEqual(
      ["1.1", "2.1", "4.8", "6.5"].map((id) => [entry(checklist, id).status, entry(checklist, id).reason]),
      [
        ["unknown", "The model or the GPU is not known."],
        ["unknown", "No autoscaler is in view."],
        ["unknown", "No PodDisruptionBudget is in view."],
        ["unknown", "The image does not tell its vLLM release."],
      ],
    );
  });

  it("looks at what stands beside a file, but not at other files' servers", () => {
    const other = DEPLOYMENT.replaceAll("chat", "other").replace("--dtype=bf16", "--dtype=auto");
    const service = serviceWith({
      "/a/chat.yaml": DEPLOYMENT,
      "/a/budget.yaml": BUDGET,
      "/a/other.yaml": other,
    });
    assert.equal(entry(service.checklist("/a/other.yaml", "file"), "6.6").status, "passes");
    assert.equal(entry(service.checklist("/a/other.yaml", "folder"), "6.6").status, "fails");
    assert.equal(entry(service.checklist("/a/chat.yaml", "folder"), "4.8").status, "fails");
    assert.deepEqual(service.checklist("/a/other.yaml", "folder")?.servers, [
      "Deployment chat",
      "Deployment other",
    ]);
  });

  it("does not tick what is switched off", () => {
    const service = serviceWith({ "/a/chat.yaml": DEPLOYMENT }, { rules: { args: "off" } });
    const { status, reason } = entry(service.checklist("/a/chat.yaml", "file"), "6.6");
    assert.equal(status, "unknown");
    assert.match(reason ?? "", /^Switched off: args\//);
  });

  it("is silent without a server", () => {
    assert.equal(serviceWith({ "/a/budget.yaml": BUDGET }).checklist("/a/budget.yaml", "folder"), undefined);
  });

  it("names rules that exist", () => {
    const ids = new Set<string>(RULES.map(({ id }) => id));
    const named = checklistSections.flatMap(({ items }) => items.flatMap(({ rules }) => rules ?? []));
    assert.ok(named.length > 90);
    assert.deepEqual(
      named.filter((rule) => !ids.has(rule)),
      [],
    );
  });

  it("counts every entry once, and names each by an id of its own", () => {
    const checklist = serviceWith({ "/a/chat.yaml": DEPLOYMENT }).checklist("/a/chat.yaml", "file");
    const ids = checklistSections.flatMap(({ items }) => items.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    const counted = Object.values(checklist?.counts ?? {}).reduce((sum, n) => sum + n, 0);
    assert.equal(counted, ids.length);
  });
});
