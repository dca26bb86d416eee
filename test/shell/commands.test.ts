import assert from "node:assert/strict";
import { commands, words, written } from "./support";

describe("shell commands", () => {
  it("joins continued lines and drops comments", () => {
    assert.deepEqual(words("# start\nvllm serve m \\\n  --port 8000 \\\n  --dtype=auto # why\n"), [
      ["vllm", "serve", "m", "--port", "8000", "--dtype=auto"],
    ]);
  });

  it("reads each statement of a script in order", () => {
    const script = "set -e\npip install x && ray start --head; exec vllm serve m > log 2>&1 &\nwait";
    assert.deepEqual(
      words(script).map((command) => command[0]),
      ["set", "pip", "ray", "exec", "wait"],
    );
  });

  it("takes quotes and escapes away and keeps where the words stand", () => {
    const [command] = commands(`run 'a b' "c \\"d\\"" e\\ f --x='{"k": 1}'`);
    assert.deepEqual(
      command?.words.map(({ text }) => text.text),
      ["run", "a b", 'c "d"', "e f", '--x={"k": 1}'],
    );
    assert.deepEqual(command?.words.map(written), ["run", "a b", 'c \\"d\\"', "e\\ f", `--x='{"k": 1}`]);
  });

  it("says where one more word would go, behind closing quotes", () => {
    const script = `vllm serve "m" > log`;
    assert.equal(commands(script)[0]?.end.span.end, `vllm serve "m"`.length);
  });

  it("marks what a condition guards", () => {
    const script = "if x; then a; else b; fi\nc || d\nfor i in 1 2; do e; done\nf() { g; }\nh && i";
    const conditional = commands(script).filter((command) => command.conditional);
    assert.deepEqual(
      conditional.map(({ words }) => words[0]?.text.text),
      ["x", "a", "b", "d", "e", "g"],
    );
  });

  it("skips heredocs and goes on behind them", () => {
    assert.deepEqual(words("cat <<'EOF' > f\nvllm serve no\nEOF\nvllm serve yes"), [
      ["cat"],
      ["vllm", "serve", "yes"],
    ]);
  });

  it("reads Windows line ends", () => {
    assert.deepEqual(words("vllm serve m \\\r\n  --port 1\r\necho\r\n"), [
      ["vllm", "serve", "m", "--port", "1"],
      ["echo"],
    ]);
  });

  it("reads what it can of a broken script", () => {
    assert.deepEqual(words("if true; then vllm serve m"), [["true"], ["vllm", "serve", "m"]]);
    assert.deepEqual(words("vllm serve m --x 'open"), [["vllm", "serve", "m", "--x", "open"]]);
    assert.deepEqual(words("((((("), []);
  });

  it("keeps a template expression as one unknown word, and what it guards as perhaps there", () => {
    const script =
      'vllm serve {{ .m }} \\\n  {{- if .x }}\n  --len {{ .x | int }} \\\n  {{- end }}\n  {{- include "f" . }}\n  --port 1';
    const [command] = commands(script);
    assert.deepEqual(words(script), [["vllm", "serve", "?", "--len", "?", "?", "--port", "1"]]);
    assert.deepEqual(
      command?.words.map(({ text }) => text.maybe),
      [false, false, false, true, true, false, false, false],
    );
  });

  it("takes a hole left for the reader for unknown, not for a redirection", () => {
    assert.deepEqual(words("vllm serve <model-id> --port 1 < in"), [["vllm", "serve", "?", "--port", "1"]]);
  });
});
