import assert from "node:assert/strict";
import { commands, words, written } from "./support";

describe("shell variables", () => {
  const last = (script: string, environment: Record<string, string> = {}): readonly string[] =>
    words(script, environment).at(-1) ?? [];

  it("follows assignments and exports", () => {
    assert.deepEqual(last('M=a/b\nexport N="$M-x" O=2\nrun $M ${N} "$O"'), ["run", "a/b", "a/b-x", "2"]);
  });

  it("uses defaults of what is not set, and leaves alone what is", () => {
    assert.deepEqual(last('run ${A:-1} ${B:-2} ${C-} "${D:=4}" $D ${B:+set}', { B: "b", C: "" }), [
      "run",
      "1",
      "b",
      "4",
      "4",
      "set",
    ]);
  });

  it("knows nothing of what only the image can have set", () => {
    assert.deepEqual(last('run $X "$X" $(hostname -i) `date` $((1 + 2)) ${#X} ${X%/*}'), [
      "run", "?*", "?", "?*", "?*", "?", "?*", "?*",
    ]); // prettier-ignore
  });

  it("splits an unquoted value and places its words where they were written", () => {
    const script = 'ARGS="--a 1 --b"\nrun $ARGS "$ARGS"';
    assert.deepEqual(last(script), ["run", "--a", "1", "--b", "--a 1 --b"]);
    assert.deepEqual(commands(script)[0]?.words.map(written), ["run", "--a", "1", "--b", "$ARGS"]);
    const [command] = commands("run $EXTRA", { EXTRA: "--a 1" });
    assert.equal(command?.words[1]?.text.spotAt().doc.text, "--a 1");
  });

  it("places a plain value at its reference", () => {
    const [command] = commands("run --model $M", { M: "org/name" });
    assert.equal(command?.words[2]?.text.text, "org/name");
    assert.equal(command?.words[2] && written(command.words[2]), "$M");
  });

  it("expands arrays, and the arguments of the script", () => {
    assert.deepEqual(last('A=(--x "y z")\nA+=(--q)\nrun "${A[@]}" ${#A[@]} "$@" end'), [
      "run",
      "--x",
      "y z",
      "--q",
      "?*",
      "end",
    ]);
    assert.deepEqual(last('set -- a "b c"\nrun "$@" $1'), ["run", "a", "b c", "a"]);
  });

  it("keeps what a branch adds as perhaps there", () => {
    const script = 'A=(--x)\nif c; then A+=(--y); fi\nB="--p"\nif c; then B="$B --q"; fi\nrun "${A[@]}" $B';
    const command = commands(script).at(-1);
    assert.deepEqual(
      command?.words.map(({ text }) => [text.text, text.maybe]),
      [["run", false], ["--x", false], ["--y", true], ["--p", false], ["--q", true]],
    ); // prettier-ignore
  });

  it("gives up a variable that branches set differently, or that a command reads", () => {
    assert.deepEqual(last("M=a\nif c; then M=b; fi\nrun $M"), ["run", "?*"]);
    assert.deepEqual(last("read M\nrun $M"), ["run", "?*"]);
    assert.deepEqual(last("source env.sh\nrun ${M:-x}"), ["run", "?*"]);
  });

  it("tells what a command finds in its environment", () => {
    const command = commands("export A=1\nB=2\nC=3 D=$X run").at(-1);
    assert.deepEqual([...(command?.exports ?? [])].map(([name, { value }]) => [name, value]), [["A", "1"], ["C", "3"], ["D", undefined]]); // prettier-ignore
  });
});
