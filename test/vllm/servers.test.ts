import assert from "node:assert/strict";
import { deployment, serverIn, serversIn, settingIn, settingsOf, textAt } from "./support";

const IMAGE = "image: vllm/vllm-openai:v0.20.0";

function count(container: string): number {
  return serversIn(deployment(container)).length;
}

describe("vLLM servers", () => {
  it("are found by their command, however it is wrapped", () => {
    for (const command of [
      "command: [vllm, serve, org/m]",
      "command: [/usr/bin/vllm]\nargs: [serve, org/m]",
      "command: [python3, -u, -m, vllm.entrypoints.openai.api_server, --model, org/m]",
      "command: [python3, /app/vllm/entrypoints/openai/api_server.py, --model=org/m]",
      "command: [tini, --, vllm, serve, org/m]",
      "command: [sh, -c, 'vllm serve org/m']",
      "command: [/bin/bash, -euo, pipefail, -c]\nargs: ['exec vllm serve org/m']",
      "args: [bash, -lc, 'vllm serve org/m']",
      "command: [bash, -c, 'eval \"exec vllm serve org/m\"']",
      "command: [bash, -c, 'bash -c \"vllm serve org/m\"']",
      "command: [sh, -c, 'exec \"$@\"', --, vllm, serve, org/m]",
      "command: [sh, -c, vllm, serve, org/m]",
    ]) {
      const server = serverIn(deployment(`name: x\nimage: team/thing:1\n${command}`));
      assert.ok(server.engine.model.known && server.engine.model.value === "org/m", command);
    }
  });

  it("are found by their image when it runs by itself", () => {
    assert.equal(count(`name: x\n${IMAGE}`), 1);
    assert.equal(count(`name: x\n${IMAGE}\nargs: [org/m, --port, '1']`), 1);
    assert.equal(count("name: x\nimage: nvcr.io/nvidia/vllm:25.10-py3\nargs: [vllm, serve, org/m]"), 1);
    assert.equal(count("name: x\nimage: nvcr.io/nvidia/vllm:25.10-py3"), 0);
    assert.equal(
      count("name: vllm\nimage: REPO_HERE/engine\nargs: [--model=org/m, --max-model-len=4096]"),
      1,
    );
  });

  it("are not what merely has vLLM about it", () => {
    for (const container of [
      `name: x\n${IMAGE}\ncommand: [sleep, infinity]`,
      `name: x\n${IMAGE}\ncommand: [sh, -c, 'ray start --address=head:6379 --block']`,
      `name: x\n${IMAGE}\ncommand: [sh, -c, 'vllm bench serve --model org/m']`,
      `name: x\n${IMAGE}\ncommand: [sh, -c, 'huggingface-cli download org/m']`,
      `name: x\n${IMAGE}\ncommand: [python3, -m, vllm.entrypoints.cli.main, bench, serve]`,
      `name: x\n${IMAGE}\ncommand: [sh, -c, 'echo vllm serve org/m']`,
      `name: x\n${IMAGE}\nargs: [sleep, '3600']`,
      "name: vllm\nimage: ghcr.io/llm-d/llm-d-inference-sim:v0.4\nargs: [--model, m, --max-model-len, '1']",
      "name: vllm\nimage: ${SIM}\nargs: [--mode=echo, --model=m, --max-num-seqs=2, --block-size=16]",
      "name: router\nimage: ghcr.io/vllm-project/production-stack/router:v1\nargs: [--port, '1']",
      "name: sglang\nimage: lmsysorg/sglang:latest\ncommand: [python3, -m, sglang.launch_server, --model-path, m]",
      "name: tgi\nimage: ghcr.io/huggingface/text-generation-inference\nargs: [--model-id, m]",
      "name: web\nimage: nginx",
    ]) {
      assert.equal(count(container), 0, container);
    }
    assert.equal(
      serversIn(
        deployment("name: web\nimage: nginx", `      initContainers:\n        - {name: x, ${IMAGE}}\n`),
      ).length,
      0,
    );
  });

  it("read block scripts with everything before the start", () => {
    const server = serverIn(
      deployment(`name: vllm
${IMAGE}
command: ["/bin/sh", "-c"]
args:
  - |
    set -e
    export VLLM_LOGGING_LEVEL=DEBUG
    MODEL=\${MODEL:-org/m}
    pip install extra && exec vllm serve "$MODEL" \\
      --max-model-len 32k \\
      --gpu-memory-utilization=0.9
env:
  - {name: OTHER, value: "1"}`),
    );
    assert.deepEqual(settingsOf(server), [
      "--model=org/m",
      "--max-model-len=32k",
      "--gpu-memory-utilization=0.9",
    ]);
    assert.equal(textAt(settingIn(server, "--max-model-len").valueAt), "32k");
    assert.equal(textAt(settingIn(server, "--gpu-memory-utilization").flagAt), "--gpu-memory-utilization");
    assert.equal(textAt(settingIn(server, "--model").valueAt), "$MODEL");
    assert.equal(server.engine.environment.get("VLLM_LOGGING_LEVEL")?.value, "DEBUG");
    assert.equal(server.engine.environment.get("OTHER")?.value, "1");
    assert.equal(settingIn(server, "--max-model-len").form, "shell");
    const place = server.argumentsNode;
    assert.ok(place?.kind === "shell");
    const { doc, span } = place.commandEnd;
    assert.ok(doc.text.slice(0, span.start).endsWith("--gpu-memory-utilization=0.9"));
  });

  it("keep the bug of backslashes in a folded scalar", () => {
    const server = serverIn(
      deployment(`name: vllm
${IMAGE}
command: [sh, -c]
args:
  - >-
    vllm serve org/m \\
    --port 8000`),
    );
    assert.deepEqual(
      server.engine.unrecognised.map(({ text }) => text),
      [" --port", "8000"],
    );
  });

  it("follow Kubernetes variables, also through ConfigMaps in view", () => {
    const server = serverIn(
      deployment(
        `name: vllm
${IMAGE}
args: ["--model=$(MODEL)", "--max-model-len", "$(LEN)", "--api-key=$(KEY)", "--port=$(NOBODY)"]
env:
  - {name: MODEL, value: org/m}
  - {name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}
envFrom:
  - configMapRef: {name: settings}`,
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  LEN: '4096'\n",
      ),
    );
    assert.deepEqual(settingsOf(server), [
      "--model=org/m",
      "--max-model-len=4096",
      "--api-key=?",
      "--port=?",
    ]);
    const length = settingIn(server, "--max-model-len");
    assert.deepEqual(length.origin, { kind: "environment", name: "LEN" });
    assert.equal(textAt(length.valueAt), "$(LEN)");
    const variable = server.engine.environment.get("LEN");
    assert.equal(variable && textAt(variable.at), "'4096'");
  });

  it("read --config from a ConfigMap that is mounted, and let the command line win", () => {
    const text = deployment(
      `name: vllm
${IMAGE}
args: [org/m, --config, /etc/vllm/config.yaml, --max-num-seqs=8]
volumeMounts:
  - {name: config, mountPath: /etc/vllm}`,
      `      volumes:
        - name: config
          configMap: {name: settings}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  config.yaml: |
    max-model-len: 4096
    enable_prefix_caching: false
    max-num-seqs: 4
    no_such: 1
`,
    );
    const server = serverIn(text);
    assert.deepEqual(settingsOf(server), [
      "--max-model-len=4096", "!--enable-prefix-caching=false", "--max-num-seqs=4", "--model=org/m", "--config=/etc/vllm/config.yaml", "--max-num-seqs=8",
    ]); // prettier-ignore
    const length = settingIn(server, "--max-model-len");
    assert.deepEqual(length.origin, { kind: "config-file", name: "/etc/vllm/config.yaml" });
    assert.equal(textAt(length.valueAt), "4096");
    assert.equal(settingIn(server, "--max-num-seqs").text, "8");
    assert.equal(server.engine.open, false);
    assert.deepEqual(
      server.engine.unrecognised.map((found) => [found.text, textAt(found.at)]),
      [["no_such", "no_such"]],
    );
    assert.equal(
      serverIn(deployment(`name: vllm\n${IMAGE}\nargs: [org/m, --config, /x.yaml]`)).engine.open,
      true,
    );
  });

  it("do not read --config=FILE, since vLLM does not", () => {
    const engine = (args: string): boolean =>
      serverIn(deployment(`name: vllm\n${IMAGE}\nargs: ${args}`)).engine.open;
    assert.deepEqual([engine("[m, --config=/x.yaml]"), engine("[m, --config, /x.yaml]")], [false, true]);
  });

  it("run a script that a ConfigMap mounts", () => {
    const text = deployment(
      `name: vllm\n${IMAGE}\ncommand: [bash, /scripts/start.sh]\nvolumeMounts:\n  - {name: s, mountPath: /scripts}`,
      `      volumes:
        - name: s
          configMap: {name: scripts}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  start.sh: |
    exec vllm serve org/m --port 8001
`,
    );
    assert.deepEqual(settingsOf(serverIn(text)), ["--model=org/m", "--port=8001"]);
  });

  it("know that a template may add arguments, and which ones are conditional", () => {
    const [server] = serversIn(
      deployment(`name: vllm
image: "vllm/vllm-openai:{{ .Values.tag }}"
args:
  - --model={{ .Values.model }}
  {{- if .Values.eager }}
  - --enforce-eager
  {{- end }}
  {{- toYaml .Values.extraArgs | nindent 12 }}
  - --port=8000`),
      {},
      "templates/deployment.yaml",
    );
    assert.ok(server);
    assert.deepEqual(settingsOf(server), ["--model=?", "--enforce-eager=?", "--port=8000"]);
    assert.equal(server.engine.open, true);
    assert.equal(server.version.origin, "newest");
  });

  it("say how they were started, on what, and whether they span pods", () => {
    const serve = serverIn(deployment(`name: x\n${IMAGE}\nresources: {limits: {nvidia.com/gpu: 2}}`));
    assert.deepEqual(
      [serve.entry, serve.hardware, serve.multiNode, serve.gpu.count],
      ["serve", "cuda", false, 2],
    );
    assert.equal(
      serverIn(deployment("name: x\nimage: vllm/vllm-openai:v0.11.0\nargs: [--model, m]")).entry,
      "api-server",
    );
    assert.equal(
      serverIn(deployment("name: x\nimage: i\ncommand: [python3, -m, dynamo.vllm, --model, m, --own, x]"))
        .entry,
      "wrapper",
    );
    const ray = "name: x\nimage: i\ncommand: [sh, -c, 'ray start --head; vllm serve m']";
    assert.equal(serverIn(deployment(ray)).multiNode, true);
    assert.equal(serverIn(deployment(`name: x\n${IMAGE}\nargs: [m, --headless]`)).multiNode, true);
  });

  it("take the branch that answers when a script has several, and then trust no absence", () => {
    const server = serverIn(
      deployment(`name: x
${IMAGE}
command: [sh, -c]
args:
  - |
    if [ "$RANK" = 0 ]; then
      vllm serve m --port 1
    else
      vllm serve m --headless
    fi`),
    );
    assert.deepEqual(settingsOf(server), ["--model=m", "--port=1"]);
    assert.equal(server.engine.open, true);
  });
});
