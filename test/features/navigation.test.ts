import assert from "node:assert/strict";
import { TextIndex } from "../../src/base/text";
import type { FileEdit } from "../../src/features/findings/fixes";
import { serviceWith } from "../service";

const FILES: Readonly<Record<string, string>> = {
  "/m/server.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, labels: {app: chat}}
spec:
  selector:
    matchLabels: {app: chat}
  template:
    metadata:
      labels: {app: chat}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: [--model=Qwen/Qwen3-0.6B, --max-model-len=4096]
          ports: [{name: http, containerPort: 8000}]
          readinessProbe:
            httpGet: {path: /health, port: http}
          env:
            - name: HF_TOKEN
              valueFrom:
                secretKeyRef: {name: hub, key: token}
          volumeMounts: [{name: cache, mountPath: /cache}]
      volumes:
        - name: cache
          persistentVolumeClaim: {claimName: models}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
spec: {accessModes: [ReadWriteMany]}
---
apiVersion: v1
kind: Secret
metadata: {name: hub}
stringData: {token: x}
`,
  "/m/around.yaml": `apiVersion: v1
kind: Service
metadata: {name: front, labels: {tier: api}}
spec:
  selector: {app: chat}
  ports: [{name: web, port: 80, targetPort: http}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: vllm}
spec:
  selector: {matchLabels: {tier: api}}
  endpoints: [{port: web}]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: scale}
spec:
  scaleTargetRef: {name: chat}
  triggers:
    - type: prometheus
      metadata: {serverAddress: "http://front.default.svc:9090", query: vllm:num_requests_waiting, threshold: "1"}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep}
spec:
  selector: {matchLabels: {app: chat}}
`,
};

function at(path: string, word: string, shift = 0, files = FILES) {
  const service = serviceWith(files);
  const text = files[path] ?? "";
  const offset = text.indexOf(word);
  assert.ok(offset >= 0, word);
  const navigator = service.navigator(path);
  assert.ok(navigator);
  return { navigator, position: new TextIndex(text).positionAt(offset + shift), text };
}

function lines(
  places: readonly { path: string; range: { start: { line: number } } }[],
  files = FILES,
): readonly string[] {
  return places.map(({ path, range }) => (files[path] ?? "").split("\n")[range.start.line]?.trim() ?? "");
}

function applied(edits: readonly FileEdit[], files = FILES): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const index = new TextIndex(text);
      const own = edits
        .filter((edit) => edit.path === path)
        .sort((a, b) => index.offsetAt(b.range.start) - index.offsetAt(a.range.start));
      const changed = own.reduce(
        (now, { range, newText }) =>
          now.slice(0, index.offsetAt(range.start)) + newText + now.slice(index.offsetAt(range.end)),
        text,
      );
      return [path, changed];
    }),
  );
}

function renamed(path: string, word: string, shift: number, to: string): string {
  const { navigator, position } = at(path, word, shift);
  const edits = navigator.rename(position, to);
  assert.ok(!("refused" in edits), JSON.stringify(edits));
  return Object.values(applied(edits)).join("\n");
}

describe("navigation", () => {
  it("goes from a use to what it names", () => {
    const cases: readonly (readonly [string, string, number, RegExp])[] = [
      ["/m/around.yaml", "scaleTargetRef: {name: chat", 24, /^metadata: \{name: chat/],
      ["/m/server.yaml", "claimName: models", 12, /^metadata: \{name: models/],
      ["/m/server.yaml", "secretKeyRef: {name: hub", 21, /^metadata: \{name: hub/],
      ["/m/server.yaml", "port: http}", 7, /^ports: \[\{name: http/],
      ["/m/around.yaml", "targetPort: http", 13, /^ports: \[\{name: http/],
      ["/m/around.yaml", "endpoints: [{port: web", 20, /^ports: \[\{name: web/],
      ["/m/server.yaml", "volumeMounts: [{name: cache", 23, /^- name: cache/],
    ];
    for (const [path, word, shift, line] of cases) {
      const { navigator, position } = at(path, word, shift);
      const found = lines(navigator.definitions(position));
      assert.equal(found.length, 1, word);
      assert.match(found[0] ?? "", line);
    }
  });

  it("finds every use of a name", () => {
    const { navigator, position } = at("/m/server.yaml", "name: http", 7);
    assert.equal(navigator.references(position).length, 3);
  });

  it("renames a label in selector, template, Services and budgets", () => {
    const text = renamed("/m/around.yaml", "selector: {app: chat", 17, "talk");
    assert.equal(text.match(/app: talk/g)?.length, 4);
    // The workload's own label, which nothing selects by, is another matter.
    assert.match(text, /metadata: \{name: chat, labels: \{app: chat\}\}/);
  });

  it("renames ports, claims and workloads everywhere", () => {
    const port = renamed("/m/server.yaml", "name: http", 7, "api");
    assert.match(port, /ports: \[\{name: api,[^]*port: api\}[^]*targetPort: api/);
    assert.match(
      renamed("/m/server.yaml", "claimName: models", 12, "weights"),
      /claimName: weights[^]*metadata: \{name: weights\}/,
    );
    assert.match(
      renamed("/m/server.yaml", "metadata: {name: chat", 17, "talk"),
      /metadata: \{name: talk,[^]*scaleTargetRef: \{name: talk\}/,
    );
  });

  it("refuses with a sentence", () => {
    const refusal = (path: string, word: string, shift: number, to: string, files = FILES): string => {
      const { navigator, position } = at(path, word, shift, files);
      const answer = navigator.rename(position, to);
      return "refused" in answer ? answer.refused : "";
    };
    assert.match(refusal("/m/server.yaml", "name: http", 7, "much-too-long-name"), /at most 15/);
    assert.match(refusal("/m/server.yaml", "claimName: models", 12, "Models"), /lower-case/);
    const two = {
      ...FILES,
      "/m/more.yaml":
        "kind: PersistentVolumeClaim\napiVersion: v1\nmetadata: {name: other}\nspec: {accessModes: [ReadWriteMany]}\n",
    };
    assert.match(refusal("/m/server.yaml", "claimName: models", 12, "other", two), /there already/);
    const templated = {
      ...FILES,
      "/m/around.yaml": (FILES["/m/around.yaml"] ?? "").replace("name: keep", "name: {{ .Release.Name }}"),
    };
    assert.match(
      refusal("/m/server.yaml", "labels: {app: chat}\n    spec", 14, "talk", templated),
      /template/,
    );
    const elsewhere = { "/m/server.yaml": (FILES["/m/server.yaml"] ?? "").split("---")[0] ?? "" };
    assert.match(refusal("/m/server.yaml", "claimName: models", 12, "other", elsewhere), /not in view/);
  });

  it("links models and images to their pages", () => {
    const targets = at("/m/server.yaml", "name: http")
      .navigator.links()
      .map(({ target }) => target);
    assert.deepEqual(targets.sort(), [
      "https://hub.docker.com/r/vllm/vllm-openai/tags?name=v0.11.0",
      "https://huggingface.co/Qwen/Qwen3-0.6B",
    ]);
  });

  it("lists the servers with what they are started with", () => {
    const [server] = at("/m/server.yaml", "name: http").navigator.symbols();
    assert.equal(server?.name, "vLLM vllm");
    assert.deepEqual(
      server?.children.map(({ name }) => name),
      ["--model", "--max-model-len"],
    );
  });
});
