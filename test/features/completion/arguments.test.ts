import assert from "node:assert/strict";
import { complete } from "./support";

function server(args: string, version = "v0.11.0"): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  selector:
    matchLabels: {app: chat}
  template:
    metadata:
      labels: {app: chat}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:${version}
${args}
          resources:
            limits:
              nvidia.com/gpu: 2
`;
}

const list = (...items: readonly string[]): string =>
  server(["          args:", ...items.map((item) => `            - ${item}`)].join("\n"));

describe("completion of arguments", () => {
  it("names flags in a list item, used ones last", () => {
    const { labels } = complete(list("--model=Qwen/Qwen3-0.6B", "--max-model-len=8192", "--ma¦"));
    assert.ok(labels.indexOf("--max-num-seqs") < 10);
    assert.ok(labels.indexOf("--model") > 100);
  });

  it("writes `--flag=value` where the others are written so", () => {
    const asked = complete(list("--model=Qwen/Qwen3-0.6B", "--max-n¦"));
    assert.match(asked.accept("--max-num-seqs"), /\n {12}- --max-num-seqs=\d*\n {10}resources:/);
    assert.match(asked.accept("--enable-prefix-caching"), /\n {12}- --enable-prefix-caching\n/);
  });

  it("writes two items where the others are written so", () => {
    const asked = complete(list("--model", "Qwen/Qwen3-0.6B", "--max-model-len", '"8192"', "--ten¦"));
    assert.match(
      asked.accept("--tensor-parallel-size"),
      /\n {12}- --tensor-parallel-size\n {12}- "2"\n {10}resources/,
    );
  });

  it("writes two items into a flow list, in its quotes", () => {
    const asked = complete(
      server('          args: ["--model", "Qwen/Qwen3-0.6B", "--max-model-len", "8192", "--ten¦"]'),
    );
    assert.match(asked.accept("--tensor-parallel-size"), /"8192", "--tensor-parallel-size", "2"\]/);
  });

  it("names flags at an empty item, in any kind of list", () => {
    assert.ok(complete(list("--model=x/y", "¦")).labels.includes("--max-model-len"));
    assert.ok(complete(server("          args: [--model=x/y, ¦]")).labels.includes("--max-model-len"));
    assert.ok(complete(server('          args: ["--model=x/y", "¦"]')).labels.includes("--max-model-len"));
  });

  it("names flags in a script, and keeps the line's continuation", () => {
    const asked = complete(
      server(`          command: ["/bin/sh", "-c"]
          args:
            - |
              export X=1
              exec vllm serve Qwen/Qwen3-0.6B \\
                --max-model-len 8192 \\
                --te¦ \\
                --port 8000`),
    );
    assert.match(asked.accept("--tensor-parallel-size"), /--tensor-parallel-size 2 \\\n {16}--port 8000/);
  });

  it("names flags on an empty line of a script", () => {
    const asked = complete(
      server(`          command: ["/bin/sh", "-c"]
          args:
            - |
              vllm serve Qwen/Qwen3-0.6B \\
                ¦`),
    );
    assert.match(asked.accept("--enforce-eager"), / \\\n {16}--enforce-eager\n/);
  });

  it("names flags in a quoted script, whatever quotes its templates bring", () => {
    const script = (line: string): string =>
      server(
        `          command: ["sh", "-c"]\n          args:\n            - |\n              eval "vllm serve x/y ${line}"`,
      );
    for (const line of [
      '--max-num-se¦ "{{ .Model }}" --port 80',
      '--served-model-name "{{ .Model }}" --max-num-se¦ --port 80',
      '--served-model-name "{{ .Model }}" {{ if .Many }}--max-num-se¦ 8{{ end }}',
    ])
      assert.ok(complete(script(line)).labels.includes("--max-num-seqs"), line);
    assert.match(
      complete(script("{{ if .Many }}--max-num-se¦ 8{{ end }}")).accept("--max-num-seqs"),
      /}}--max-num-seqs 8{{/,
    );
  });

  it("proposes to turn off what others turn on before what nobody uses", () => {
    const { labels } = complete(list("--model=x/y", "--no¦"));
    const place = (flag: string): number => labels.indexOf(flag);
    assert.ok(place("--no-enable-log-requests") < place("--no-enable-dbo"), labels.slice(0, 20).join(" "));
  });

  it("has the flags of the image's release only", () => {
    const old = complete(list("--model=x/y", "--¦")).labels;
    assert.ok(old.includes("--cuda-graph-sizes"));
    assert.ok(!old.includes("--scheduler-delay-factor"));
    const asked = complete(
      server("          args:\n            - --model=x/y\n            - --en¦", "v0.6.0"),
    );
    assert.ok(asked.labels.includes("--enable-prefix-caching"));
    assert.ok(!asked.labels.includes("--enable-expert-parallel"));
  });

  it("has a flag's choices behind `=`, and as the item after it", () => {
    assert.deepEqual(complete(list("--model=x/y", "--dtype=¦")).labels.toSorted(), [
      "auto",
      "bfloat16",
      "float",
      "float16",
      "float32",
      "half",
    ]);
    assert.match(complete(list("--model=x/y", "--dtype=b¦")).accept("bfloat16"), /- --dtype=bfloat16\n/);
    assert.match(complete(list("--dtype", "¦")).accept("bfloat16"), /- bfloat16\n/);
    assert.match(complete(list("--load-format", "au¦")).accept("auto"), /- auto\n/);
  });

  it("has models for `--model` and after `vllm serve`", () => {
    assert.ok(complete(list("--model=Qw¦")).labels.includes("Qwen/Qwen2.5-7B-Instruct"));
    assert.ok(complete(list("--model", "Qw¦")).labels.includes("Qwen/Qwen2.5-7B-Instruct"));
    const asked = complete(server('          command: ["vllm", "serve", "¦"]'));
    assert.match(asked.accept("Qwen/Qwen3-0.6B"), /"serve", "Qwen\/Qwen3-0.6B"\]/);
  });

  it("says type, default and life of a flag", () => {
    const { proposals } = complete(list("--model=x/y", "--max-num-s¦"));
    const proposal = proposals.find(({ label }) => label === "--max-num-seqs");
    assert.match(proposal?.detail ?? "", /^integer/);
    assert.match(
      proposal?.documentation ?? "",
      /docs\.vllm\.ai\/en\/v0\.11\.0\/cli\/serve\.html#-max-num-seqs/,
    );
  });

  it("is silent in other programs' arguments, in comments and in templated words", () => {
    const sidecar = `          args: [--model=x/y]
        - name: proxy
          image: nginx
          args: ["--¦"]`;
    assert.deepEqual(complete(server(sidecar)).labels, []);
    assert.deepEqual(complete(list("--model=x/y # --ma¦")).labels, []);
    assert.deepEqual(complete(list("--model={{ .Values.model }}¦")).labels, []);
  });
});
