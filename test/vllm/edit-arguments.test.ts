import assert from "node:assert/strict";
import { applyEdits } from "../../src/features/findings/fixes";
import { objectsOf } from "../../src/kubernetes/objects";
import { podTemplatesOf } from "../../src/kubernetes/pods";
import { canSetArgument, removeArgument, setArgument } from "../../src/vllm/edit-arguments";
import type { VllmServer } from "../../src/vllm/model";
import { serversOf, serversOfValues } from "../../src/vllm/server";
import { YamlEditor } from "../../src/yaml/edit";
import { parseDocument } from "../../src/yaml/parse";

const FILE = { path: "pod.yaml", kustomize: "none", helmTemplate: false } as const;

function serverIn(text: string): VllmServer {
  const doc = parseDocument(text);
  const context = { objects: () => [], assume: {} };
  const objects = objectsOf(doc, FILE);
  const servers =
    objects.length > 0
      ? objects.flatMap((object) => serversOf(object, podTemplatesOf(object), context))
      : serversOfValues(doc, context);
  const [server] = servers;
  assert.ok(server, "no server in the fixture");
  return server;
}

type Change = (editor: YamlEditor, server: VllmServer) => void;

function edited(text: string, change: Change): string {
  const server = serverIn(text);
  const editor = new YamlEditor();
  change(editor, server);
  return applyEdits(
    text,
    editor.edits.map(({ span, newText }) => ({ ...span, newText })),
  );
}

const set =
  (flag: string, value: string): Change =>
  (editor, server) =>
    setArgument(editor, server, flag, value);

const remove =
  (flag: string): Change =>
  (editor, server) => {
    for (const setting of server.engine.bindings) if (setting.flag === flag) removeArgument(editor, setting);
  };

/** A pod whose container has the given lines, indented by six. */
function pod(...lines: readonly string[]): string {
  const head = ["apiVersion: v1", "kind: Pod", "metadata:", "  name: x", "spec:", "  containers:"];
  return [
    ...head,
    "    - name: vllm",
    "      image: vllm/vllm-openai:v0.21.0",
    ...lines.map((l) => "      " + l),
    "",
  ].join("\n");
}

function check(before: readonly string[], change: Change, after: readonly string[]): void {
  const result = edited(pod(...before), change);
  assert.equal(result, pod(...after));
}

describe("Editing arguments", () => {
  describe("an option that is there", () => {
    it("keeps the quotes of an item of its own", () => {
      const list = (value: string) => [
        "args:",
        "- --model",
        "- m/m",
        "- --max-model-len",
        `- ${value} # long`,
      ];
      check(list('"8192"'), set("--max-model-len", "4096"), list('"4096"'));
      check(list("'8192'"), set("--max-model-len", "4096"), list("'4096'"));
    });

    it("changes only the value behind an equals sign", () => {
      const list = (value: string) => ["args:", `- "--max-model-len=${value}"`, "- --model=m/m"];
      check(list("8192"), set("--max-model-len", "4096"), list("4096"));
    });

    it("is found in a flow list", () => {
      const list = (value: string) => [`args: ["--model", "m/m", "-tp", "${value}", '--port=80']`];
      check(list("2"), set("--tensor-parallel-size", "4"), list("4"));
    });

    it("is found in a shell script, quoted or not", () => {
      const script = (value: string) => [
        'command: ["sh", "-c"]',
        "args:",
        "- |",
        "  set -e",
        `  exec vllm serve m/m --max-model-len ${value} \\`,
        "    --port 8080",
      ];
      check(script("8192"), set("--max-model-len", "4096"), script("4096"));
      check(script('"8192"'), set("--max-model-len", "4096"), script('"4096"'));
    });

    it("is changed in the variable it comes from", () => {
      const list = (value: string) => [
        "args: [--model, m/m, --max-model-len, $(LENGTH)]",
        "env:",
        "- name: LENGTH",
        `  value: "${value}"`,
      ];
      check(list("8192"), set("--max-model-len", "4096"), list("4096"));
    });

    it("takes the place of a model given by position", () => {
      check(["args:", "- m/m", "- --port=80"], set("--model", "/models/m"), [
        "args:",
        "- /models/m",
        "- --port=80",
      ]);
    });

    it("is left alone when its value is not known", () => {
      const text = pod("args:", "- --model=m/m", '- "--max-model-len={{ .Values.length }}"');
      assert.equal(canSetArgument(serverIn(text), "--max-model-len"), false);
      assert.equal(edited(text, set("--max-model-len", "4096")), text);
    });
  });

  describe("a new option", () => {
    it("becomes two items where the others are", () => {
      check(["args:", "- --model", "- m/m", "ports: []"], set("--max-model-len", "4096"), ["args:", "- --model", "- m/m", "- --max-model-len", '- "4096"', "ports: []"]); // prettier-ignore
    });

    it("becomes one item with an equals sign where the others are, in their quotes", () => {
      check(["args:", '- "--model=m/m"', "# the end"], set("--max-model-len", "4096"), ["args:", '- "--model=m/m"', '- "--max-model-len=4096"', "# the end"]); // prettier-ignore
    });

    it("goes to the end of a flow list", () => {
      check(['args: ["--model", "m/m"] # all'], set("--max-model-len", "4096"), ['args: ["--model", "m/m", "--max-model-len", "4096"] # all']); // prettier-ignore
      const lines = (...more: readonly string[]) => ["args: [", '  "--model=m/m",', ...more, "]"];
      check(
        lines('  "--port=80"'),
        set("--max-model-len", "4096"),
        lines('  "--port=80",', '  "--max-model-len=4096"'),
      );
      check(
        lines('  "--port=80",'),
        set("--max-model-len", "4096"),
        lines('  "--port=80",', '  "--max-model-len=4096",'),
      );
    });

    it("continues the lines of a script", () => {
      const script = (...lines: readonly string[]) => ["command: [bash, -c]", "args:", "- |", "  vllm serve m/m \\", ...lines, "  echo done"]; // prettier-ignore
      check(
        script("    --port 80"),
        set("--max-model-len", "4096"),
        script("    --port 80 \\", "    --max-model-len 4096"),
      );
      check(
        script("    --port=80"),
        set("--max-model-len", "4096"),
        script("    --port=80 \\", "    --max-model-len=4096"),
      );
    });

    it("stands on a line of its own in a folded script, without a backslash", () => {
      const script = (...lines: readonly string[]) => [
        "command: [bash, -c]",
        "args:",
        "- >-",
        "  vllm serve m/m",
        ...lines,
      ];
      check(
        script("  --port 80"),
        set("--max-model-len", "4096"),
        script("  --port 80", "  --max-model-len 4096"),
      );
    });

    it("follows the command on a single line", () => {
      const line = (more: string) => [`command: ["sh", "-c", "exec vllm serve m/m --port 80${more}"]`];
      check(line(""), set("--max-model-len", "4096"), line(" --max-model-len 4096"));
    });

    it("becomes a key of a values map, written like its neighbours", () => {
      const values = (...lines: readonly string[]) =>
        ["servingEngineSpec:", "  modelSpec:", "    - name: m", "      repository: vllm/vllm-openai", "      tag: v0.21.0", "      modelURL: m/m", "      vllmConfig:", ...lines, ""].join("\n"); // prettier-ignore
      assert.equal(
        edited(values("        dtype: half"), set("--max-model-len", "4096")),
        values("        dtype: half", "        maxModelLen: 4096"),
      );
      assert.equal(
        edited(values("        maxModelLen: 8192"), set("--max-model-len", "4096")),
        values("        maxModelLen: 4096"),
      );
    });

    it("has no place where a template writes the list", () => {
      const text = pod("args:", "- --model=m/m", "{{- range .Values.args }}", "- {{ . }}", "{{- end }}");
      assert.equal(canSetArgument(serverIn(text), "--max-model-len"), false);
    });
  });

  describe("an option that goes", () => {
    it("takes its value with it", () => {
      check(["args:", "- --swap-space", '- "4"', "- --model=m/m"], remove("--swap-space"), [
        "args:",
        "- --model=m/m",
      ]);
      check(["args:", "- --model=m/m", "- --swap-space=4 # old"], remove("--swap-space"), [
        "args:",
        "- --model=m/m",
      ]);
      check(["args: [--model, m/m, --swap-space, '4']"], remove("--swap-space"), ["args: [--model, m/m]"]);
      check(["args: [--swap-space, '4', --model, m/m]"], remove("--swap-space"), ["args: [--model, m/m]"]);
    });

    it("leaves a switch's neighbour", () => {
      check(["args:", "- --enforce-eager", "- --model=m/m"], remove("--enforce-eager"), [
        "args:",
        "- --model=m/m",
      ]);
    });

    it("takes its line of a script with it", () => {
      const script = (...lines: readonly string[]) => ["command: [bash, -c]", "args:", "- |", ...lines];
      check(script("  vllm serve m/m \\", "    --swap-space 4 \\", "    --port 80"), remove("--swap-space"), script("  vllm serve m/m \\", "    --port 80")); // prettier-ignore
      check(script("  vllm serve m/m \\", "    --port 80 \\", "    --swap-space 4"), remove("--swap-space"), script("  vllm serve m/m \\", "    --port 80")); // prettier-ignore
      check(script('  vllm serve m/m --swap-space "4" --port 80'), remove("--swap-space"), script("  vllm serve m/m --port 80")); // prettier-ignore
      check(script("  vllm serve m/m --port 80 --swap-space=4"), remove("--swap-space"), script("  vllm serve m/m --port 80")); // prettier-ignore
    });
  });
});
