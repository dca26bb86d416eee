import assert from "node:assert/strict";
import { TextIndex } from "../../src/base/text";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { FILE } from "./completion/support";
import { serviceWith } from "../service";

const MANIFEST = `apiVersion: v1
kind: Pod
metadata: {name: chat}
spec:
  nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args:
        - --model=Qwen/Qwen2.5-7B-Instruct
        - --gpu-memory-utilization=0.9
        - --tensor-parallel-size
        - "2"
      startupProbe:
        httpGet: {path: /health, port: 8000}
        failureThreshold: 60
      resources: {limits: {nvidia.com/gpu: 2}}
`;

function hints(text = MANIFEST, inlayHints = DEFAULT_SETTINGS.inlayHints) {
  return serviceWith({ [FILE]: text }, { ...DEFAULT_SETTINGS, inlayHints }).inlayHints(FILE);
}

/** The lines of a text with their hints in brackets. */
function shown(text = MANIFEST): readonly string[] {
  const lines = text.split("\n");
  for (const { position, label } of [...hints(text)].reverse()) {
    const line = lines[position.line] ?? "";
    lines[position.line] = `${line.slice(0, position.character)}[${label}]${line.slice(position.character)}`;
  }
  return lines.map((line) => line.trim());
}

describe("inlay hints", () => {
  it("stand behind what they are about", () => {
    const lines = shown();
    assert.ok(
      lines.some((line) => /^args:\[max-model-len 32768\]/.test(line)),
      lines.join("\n"),
    );
    assert.ok(lines.some((line) => /^- --gpu-memory-utilization=0\.9\[≈ .* KV tokens\]$/.test(line)));
    assert.ok(lines.includes('- "2"[world size 2]'));
    assert.ok(lines.includes("failureThreshold: 60[gives up after 10 min]"));
  });

  it("write the default where that is a right edit", () => {
    const hint = hints().find(({ label }) => label.startsWith("max-model-len"));
    const [edit] = hint?.edits ?? [];
    assert.ok(edit);
    const index = new TextIndex(MANIFEST);
    const text =
      MANIFEST.slice(0, index.offsetAt(edit.range.start)) +
      edit.newText +
      MANIFEST.slice(index.offsetAt(edit.range.end));
    assert.match(text, /- "2"\n {8}- --max-model-len=32768\n/);
    assert.ok(!hints(text).some(({ label }) => label.startsWith("max-model-len")));
  });

  it("are switched off one by one", () => {
    for (const kind of ["defaults", "worldSize", "tokens", "probes"] as const) {
      assert.ok(
        hints().some((hint) => hint.kind === kind),
        kind,
      );
      assert.ok(
        !hints(MANIFEST, { ...DEFAULT_SETTINGS.inlayHints, [kind]: false }).some(
          (hint) => hint.kind === kind,
        ),
        kind,
      );
    }
  });

  it("claim nothing where the command line is not all known", () => {
    const open = MANIFEST.replace("- --gpu-memory-utilization=0.9", "- $(EXTRA_ARGS)");
    assert.ok(!hints(open).some(({ kind }) => kind === "defaults"));
  });
});
