import assert from "node:assert/strict";
import { TextIndex } from "../../src/base/text";
import { FILE, CURSOR } from "./completion/support";
import { serviceWith } from "../service";

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata:
      labels: {app: chat}
      annotations:
        prometheus.io/port: "8000"
    spec:
      nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args:
            - --model=Qwen/Qwen2.5-7B-Instruct
            - --gpu-memory-utilization=0.9
            - --enable-auto-tool-choice
            - --tool-call-parser=hermes
            - --speculative-config={"method":"ngram","num_speculative_tokens":4}
          env:
            - name: HF_HUB_OFFLINE
              value: "1"
          startupProbe:
            httpGet: {path: /health, port: 8000}
            periodSeconds: 10
            failureThreshold: 60
          resources:
            limits:
              nvidia.com/gpu: 1
`;

function hover(word: string, shift = 1): string {
  const service = serviceWith({ [FILE]: MANIFEST });
  const offset = MANIFEST.indexOf(word) + shift;
  return service.hover(FILE, new TextIndex(MANIFEST).positionAt(offset))?.markdown ?? "";
}

describe("hover", () => {
  it("says what a flag means in the image's release, and links to its page", () => {
    const text = hover("--tool-call-parser");
    assert.match(text, /^\*\*`--tool-call-parser`\*\*/);
    assert.match(text, /docs\.vllm\.ai\/en\/v0\.11\.0\/cli\/serve\.html#-tool-call-parser/);
  });

  it("says what a step of a flag is worth with this server's numbers, then shows the memory", () => {
    const text = hover("--gpu-memory-utilization");
    assert.match(text, /Here 0\.01 is \d+ MiB per GPU, or ≈ .*tokens/);
    assert.match(text, /vLLM memory per GPU/);
  });

  it("shows the memory alone on a value that moves it", () => {
    assert.match(hover("utilization=0.9", 13), /^\*\*vLLM memory per GPU/);
  });

  it("explains keys of JSON, variables, probes, resources and annotations", () => {
    assert.match(hover('"num_speculative_tokens"', 3), /in `--speculative-config`/);
    assert.match(hover("HF_HUB_OFFLINE"), /nothing is asked of the Hub/);
    assert.match(hover("failureThreshold"), /gives up after 10 min.*\(0 s delay \+ 10 s × 60 failures\)/);
    assert.match(hover("startupProbe"), /neither liveness nor readiness/);
    assert.match(hover("nvidia.com/gpu: 1"), /runs on 1 \(tensor × pipeline parallel\)/);
    assert.match(hover("prometheus.io/port"), /the one of the API/);
  });

  it("is silent on what concerns no server", () => {
    assert.equal(hover("apps/v1"), "");
    assert.equal(hover("matchLabels"), "");
  });
});

describe("signature help", () => {
  function signature(marked: string) {
    const text = marked.replace(CURSOR, "");
    const service = serviceWith({ [FILE]: text });
    return service.signature(FILE, new TextIndex(text).positionAt(marked.indexOf(CURSOR)));
  }

  it("names the keys of an option's JSON and marks the present one", () => {
    const found = signature(MANIFEST.replace('"ngram"', `"ng${CURSOR}ram"`));
    assert.ok(found);
    assert.match(found.label, /^--speculative-config \{method: string, model: string/);
    assert.equal(found.active, 0);
    const { start, end } = found.parameters[0]?.span ?? { start: 0, end: 0 };
    assert.equal(found.label.slice(start, end), "method: string");
  });

  it("has nothing outside of JSON", () => {
    assert.equal(signature(MANIFEST.replace("hermes", `her${CURSOR}mes`)), undefined);
  });
});
