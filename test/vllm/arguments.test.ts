import assert from "node:assert/strict";
import { serverIn, settingIn, settingsOf, textAt, withArgs } from "./support";

function bind(args: readonly string[], tag?: string): readonly string[] {
  return settingsOf(serverIn(withArgs(args, tag)));
}

function rejected(args: readonly string[], tag?: string): readonly string[] {
  return serverIn(withArgs(args, tag)).engine.unrecognised.map(({ text }) => text);
}

describe("arguments", () => {
  it("bind with an equals sign, as two items, and in short", () => {
    assert.deepEqual(bind(["org/m", "--port=8001", "--dtype", "half", "-tp", "2", "-pp=4", "-q", "fp8", "-qawq", "-n2"]), [
      "--model=org/m", "--port=8001", "--dtype=half", "--tensor-parallel-size=2", "--pipeline-parallel-size=4",
      "--quantization=fp8", "--quantization=awq", "--nnodes=2",
    ]); // prettier-ignore
  });

  it("fold underscores and take unambiguous prefixes of the release's own names", () => {
    assert.deepEqual(bind(["m", "--max_model_len", "4096", "--gpu-memory-util=0.8", "--max-num-batched-token", "2048"]), [
      "--model=m", "--max-model-len=4096", "--gpu-memory-utilization=0.8", "--max-num-batched-tokens=2048",
    ]); // prettier-ignore
    assert.deepEqual(rejected(["m", "--max-num", "3"]), ["--max-num"]);
  });

  it("know switches, their negations, and values that were legal once", () => {
    assert.deepEqual(bind(["m", "--enforce-eager", "--no-enable-prefix-caching", "--enable-chunked-prefill=False", "--trust-remote-code", "true"]), [
      "--model=m", "--enforce-eager", "!--enable-prefix-caching", "--enable-chunked-prefill=False", "--trust-remote-code=true",
    ]); // prettier-ignore
    const { engine } = serverIn(
      withArgs(["m", "--no-enable-prefix-caching", "--enable-chunked-prefill=False", "--enforce-eager"]),
    );
    const on = (flag: string): unknown => {
      const answer = engine.enabled(flag);
      return answer.known ? answer.value : undefined;
    };
    assert.deepEqual(
      [on("--enable-prefix-caching"), on("--enable-chunked-prefill"), on("--enforce-eager")],
      [false, false, true],
    );
    assert.equal(on("--enable-lora"), false);
  });

  it("take several values, JSON, negative numbers and missing values as argparse does", () => {
    assert.deepEqual(
      bind([
        "m",
        "--served-model-name",
        "a",
        "b",
        "--max-model-len",
        "-1",
        "--kv-transfer-config",
        '{"kv_role":"kv_both"}',
        "--dtype",
        "--port",
        "1",
      ]),
      [
        "--model=m",
        "--served-model-name=a b",
        "--max-model-len=-1",
        '--kv-transfer-config={"kv_role":"kv_both"}',
        "--dtype",
        "--port=1",
      ],
    );
  });

  it("gather dotted options into the JSON option", () => {
    const { engine } = serverIn(
      withArgs([
        "m",
        "--speculative-config.method",
        "eagle3",
        "--speculative_config.num_speculative_tokens=3",
      ]),
    );
    assert.deepEqual(
      { ...(engine.json("--speculative-config") as { value: object }).value },
      { method: "eagle3", num_speculative_tokens: 3 },
    );
    assert.deepEqual(bind(["m", "-O3"], "v0.20.0"), ["--model=m", "--optimization-level=3"]);
    assert.deepEqual(bind(["--model", "m", "-O", "2"], "v0.10.0"), ["--model=m", "--compilation-config=2"]);
  });

  it("keep every duplicate, and the last one counts", () => {
    const server = serverIn(withArgs(["m", "--port", "1", "--port=2"]));
    assert.equal(settingIn(server, "--port").text, "2");
    assert.equal(server.engine.bindings.filter(({ flag }) => flag === "--port").length, 2);
  });

  it("say what no release knows", () => {
    assert.deepEqual(rejected(["m", "--no-such-thing", "3", "--tensor-parallel-size 2", "stray"]), [
      "--no-such-thing", "--tensor-parallel-size 2", "stray",
    ]); // prettier-ignore
    assert.deepEqual(rejected(["--model", "m", "positional"], "v0.9.2"), ["positional"]);
  });

  it("bind options of other releases too, for rules to judge", () => {
    assert.deepEqual(bind(["m", "--swap-space=4", "--device", "cpu"], "v0.30.0"), [
      "--model=m",
      "--swap-space=4",
      "--device=cpu",
    ]);
  });

  it("leave unknown values unknown, and notice where more may hide", () => {
    const server = serverIn(
      withArgs(["${MODEL}", "--port=$(PORT)", "--dtype", "<dtype>", "--max-model-len=${LEN:-4096}"]),
    );
    assert.deepEqual(settingsOf(server), ["--model=?", "--port=?", "--dtype=?", "--max-model-len=?"]);
    assert.equal(server.engine.open, false);
    assert.equal(serverIn(withArgs(["m", "${EXTRA_ARGS}"])).engine.unrecognised.length, 0);
    const stood = serverIn(withArgs(["--model", "replaced-by-kustomize"]));
    assert.equal(stood.engine.model.known, false);
  });

  it("stand where they are written", () => {
    const server = serverIn(withArgs(["org/m", "--max_model_len=4096", "-tp", "2"]));
    const length = settingIn(server, "--max-model-len");
    assert.deepEqual(
      [textAt(length.flagAt), textAt(length.valueAt), length.spelling],
      ["--max_model_len", "4096", "--max_model_len"],
    );
    const parallel = settingIn(server, "--tensor-parallel-size");
    assert.deepEqual([textAt(parallel.flagAt), textAt(parallel.valueAt)], ["-tp", "2"]);
  });
});

describe("values in force", () => {
  const number = (args: readonly string[], flag: string, tag?: string): unknown => {
    const answer = serverIn(withArgs(args, tag)).engine.number(flag);
    return answer.known ? [answer.value, answer.origin.kind] : undefined;
  };
  const integer = (value: string): unknown => {
    const answer = serverIn(withArgs(["m", "--max-model-len", value])).engine.integer("--max-model-len");
    return answer.known ? answer.value : undefined;
  };

  it("are the release's default where nothing is given", () => {
    assert.deepEqual(number(["--model", "m"], "--gpu-memory-utilization", "v0.11.0"), [0.9, "default"]);
    assert.deepEqual(number(["m"], "--gpu-memory-utilization", "v0.21.0"), [0.92, "default"]);
    assert.deepEqual(number(["m", "--gpu-memory-utilization", ".8"], "--gpu-memory-utilization"), [
      0.8,
      "flag",
    ]);
    assert.equal(number(["m"], "--max-model-len"), undefined);
  });

  it("read sizes as vLLM does", () => {
    assert.deepEqual(["32k", "32K", "1.5k", "32_768", "32768", "auto", "1.5K", "k"].map(integer), [
      32_000, 32_768, 1500, 32_768, 32_768, undefined, undefined, undefined,
    ]); // prettier-ignore
  });

  it("are unknown when arguments may hide", () => {
    const { engine } = serverIn(withArgs(["m", "${EXTRA_ARGS}", "--port=1"]));
    assert.equal(engine.open, true);
    assert.equal(engine.number("--gpu-memory-utilization").known, false);
    assert.equal(engine.absent("--enable-lora"), false);
    assert.equal(serverIn(withArgs(["m"])).engine.absent("--enable-lora"), true);
  });
});
