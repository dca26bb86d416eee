import assert from "node:assert/strict";
import { desiredByAverageValue } from "../../src/autoscaling/desired";
import { Board, keyOf } from "../../src/live/board";
import { cleanText, withoutSecrets } from "../../src/live/clean";
import { askedNow } from "../../src/live/desired-now";
import { prometheusCandidates, serviceAddress } from "../../src/live/discover";
import { readExposition } from "../../src/live/exposition";
import { accessOf, mergeKubeconfigs } from "../../src/live/kubeconfig";
import { kvPoolOf } from "../../src/live/kv-pool";
import { PodHistory } from "../../src/live/pod-history";
import { quoted, readPromAnswer } from "../../src/live/promapi";
import { histogramQuantile } from "../../src/live/quantile";
import { podPattern, rateWindow, scopeFrom } from "../../src/live/scope";
import { liveMessage } from "../../src/live/view";
import { Engine } from "./fleet/engine";
import { metricsText } from "./fleet/metrics-text";

describe("reading /metrics", () => {
  it("knows labels, escapes, exponents, infinities and timestamps", () => {
    const text =
      '# HELP x y\nvllm:a{b="1,}",c="q\\"\\\\\\n"} 4.2e+01 1700000000\r\nvllm:b +Inf\nvllm:c NaN # {x="1"} 2\nno value\n';
    const { samples, unreadable, complete } = readExposition(text);
    assert.deepEqual(
      samples.map(({ name, value }) => [name, value]),
      [
        ["vllm:a", 42],
        ["vllm:b", Infinity],
        ["vllm:c", NaN],
      ],
    );
    assert.equal(samples[0]?.labels.get("c"), 'q"\\\n');
    assert.deepEqual([unreadable, complete], [1, true]);
  });

  it("notices half a body and a page of HTML", () => {
    assert.equal(readExposition("vllm:a 1\nvllm:b 2").complete, false);
    assert.ok(readExposition("<html>\n<body>\n").unreadable > 0);
    assert.equal(readExposition("vllm:a 1\n# EOF").complete, true);
  });

  it("never throws on anything", () => {
    for (const text of ["", "{", 'a{b="', "a{b=1} 2\n", "\u0000\n", 'a{__proto__="x"} 1\n'])
      assert.doesNotThrow(() => readExposition(text));
  });
});

describe("rates from successive reads", () => {
  const read = (value: number): ReturnType<typeof readExposition>["samples"] =>
    readExposition(`vllm:x_total ${value}\n`).samples;

  it("take a fall for a restart", () => {
    const history = new PodHistory(60_000);
    [10, 30, 5, 15].forEach((value, i) => history.add(i * 10_000, read(value)));
    // 20, then 5 after the restart, then 10.
    assert.equal(history.rates("vllm:x_total")[0]?.perSecond, 35 / 30);
  });

  it("have none before the second read, and do not grow", () => {
    const history = new PodHistory(60_000);
    history.add(0, read(1));
    assert.deepEqual(history.rates("vllm:x_total"), []);
    for (let i = 1; i <= 3600; i++) history.add(i * 1000, read(i));
    assert.ok(history.size.reads <= 62);
    assert.equal(history.rates("vllm:x_total")[0]?.perSecond, 1);
  });

  it("start anew after a sleep", () => {
    const history = new PodHistory(60_000);
    history.add(0, read(1));
    history.add(3_600_000, read(500));
    assert.deepEqual(history.rates("vllm:x_total"), []);
  });
});

describe("quantiles", () => {
  it("are Prometheus'", () => {
    const buckets = [
      { bound: 1, count: 2 },
      { bound: 2, count: 6 },
      { bound: Infinity, count: 8 },
    ];
    assert.equal(histogramQuantile(0.5, buckets), 1.5);
    assert.equal(histogramQuantile(0.99, buckets), 2);
    assert.ok(
      Number.isNaN(
        histogramQuantile(0.5, [
          { bound: 1, count: 0 },
          { bound: Infinity, count: 0 },
        ]),
      ),
    );
  });
});

describe("answers of Prometheus", () => {
  it("keep NaN and infinity, sort points and cut what is too much", () => {
    const result = Array.from({ length: 10_000 }, (_, i) => ({
      metric: { pod: String(i) },
      values: [
        [2, "NaN"],
        [1, "+Inf"],
      ],
    }));
    const answer = readPromAnswer(
      JSON.stringify({ status: "success", data: { resultType: "matrix", result } }),
    );
    assert.deepEqual([answer.series.length, answer.cut], [500, true]);
    assert.deepEqual(answer.series[0]?.points, [
      [1000, Infinity],
      [2000, NaN],
    ]);
  });

  it("are told from everything else", () => {
    for (const body of ["<html>", "[]", '{"status":"success"}', '{"status":"error","errorType":"bad_data"}'])
      assert.throws(() => readPromAnswer(body));
  });

  it("get names only between quotes", () => {
    assert.equal(quoted('a"}) or up{x="\\\n'), '"a\\"}) or up{x=\\"\\\\\\n"');
  });
});

describe("finding a Prometheus", () => {
  const service = (
    namespace: string,
    name: string,
    labels: Record<string, string> = {},
    port = 9090,
  ): Parameters<typeof prometheusCandidates>[0][number] => ({
    namespace,
    name,
    labels: new Map(Object.entries(labels)),
    ports: [{ name: "web", port }],
  });

  it("goes by label, then by name, and leaves exporters alone", () => {
    const found = prometheusCandidates([
      service("a", "prometheus-node-exporter", { "app.kubernetes.io/name": "prometheus" }),
      service("a", "thanos-query"),
      service("a", "prometheus-operated", { "operated-prometheus": "true" }),
      service("openshift-monitoring", "thanos-querier"),
      service("a", "vm", { "app.kubernetes.io/name": "vmselect" }, 8481),
    ]);
    assert.deepEqual(
      found.map(({ service: name, scheme, path }) => [name, scheme, path]),
      [
        ["prometheus-operated", "http", ""],
        ["vm", "http", "/select/0/prometheus"],
        ["thanos-querier", "https", ""],
        ["thanos-query", "http", ""],
      ],
    );
  });

  it("takes an address of a manifest only as a Service of the cluster", () => {
    assert.deepEqual(serviceAddress("http://prom.mon.svc.cluster.local:9090/prometheus/", undefined), {
      namespace: "mon",
      service: "prom",
      port: 9090,
      scheme: "http",
      path: "/prometheus",
      because: "the manifest's serverAddress",
    });
    for (const address of [
      "http://169.254.169.254/",
      "http://user:pw@prom.mon/",
      "https://prom.example.com.evil/",
      "file:///etc/passwd",
      "http://localhost:9090",
      "http://[::1]/",
      "http://prom/%2e%2e",
      "http://prom.mon.svc/../x",
    ])
      assert.equal(serviceAddress(address, "chat"), undefined, address);
  });

  it("knows whose series are meant", () => {
    const probed = [
      {
        labels: new Map([
          ["__name__", "vllm:num_requests_running"],
          ["namespace", "chat"],
          ["pod", "vllm-7d9f8b6c54-abcde"],
          ["model_name", "m"],
        ]),
      },
    ];
    const workload = { kind: "Deployment", name: "vllm", namespace: "chat" };
    assert.equal(scopeFrom(probed, workload, "m").by, "pod");
    assert.equal(scopeFrom(probed, { ...workload, name: "other" }, "m").by, "model");
    assert.equal(podPattern({ kind: "StatefulSet", name: "a.b" }), "a\\.b-[0-9]+");
    assert.deepEqual([rateWindow(15), rateWindow(1), rateWindow(undefined)], [60, 60, 120]);
  });
});

describe("the board", () => {
  it("does not grow over an hour, and has gaps where there was nothing", () => {
    const board = new Board(15 * 60_000, 1000, false);
    for (let i = 0; i < 3600; i++)
      board.add(keyOf("kv", "kv"), i * 1000, new Map([["", i % 7 === 0 ? NaN : 0.5]]));
    assert.ok(board.size <= 242, String(board.size));
    assert.match(
      JSON.stringify(board.views(new Map()).find(({ id }) => id === "kv")?.lines[0]?.values),
      /null/,
    );
  });

  it("shows fifty pods of ten thousand", () => {
    const board = new Board(60_000, 1000, true);
    board.add(keyOf("kv", "kv"), 0, new Map(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, 1])));
    assert.equal(board.size, 50);
  });
});

describe("kubeconfigs", () => {
  it("say why there is no access", () => {
    const read = (text: string | undefined): ReturnType<typeof mergeKubeconfigs> =>
      mergeKubeconfigs([{ path: "/k", text }]);
    assert.deepEqual(read(undefined), { ok: false, problem: { kind: "none", paths: ["/k"] } });
    assert.deepEqual(read("a: [\n"), { ok: false, problem: { kind: "broken", path: "/k", line: 2 } });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`).join("\n")}\n`;
    assert.equal(read(bomb).ok, false);
    const empty = read("{ contexts: [] }");
    assert.ok(empty.ok);
    assert.deepEqual(accessOf(empty.value, undefined), {
      ok: false,
      problem: { kind: "no-current-context" },
    });
    assert.deepEqual(accessOf(empty.value, "x"), {
      ok: false,
      problem: { kind: "no-such-context", context: "x" },
    });
  });
});

describe("what autoscaling asks for now", () => {
  const trigger = {
    threshold: 5,
    metricType: "AverageValue",
    minReplicas: 1,
    maxReplicas: 4,
    activation: 2,
  } as Parameters<typeof askedNow>[0];

  it("is the HPA's own arithmetic between minimum and maximum", () => {
    assert.equal(askedNow(trigger, 17, 2)?.wanted, desiredByAverageValue(17, 5, 2));
    assert.deepEqual(askedNow(trigger, 100, 2), { value: 100, replicas: 2, wanted: 4, bound: "maximum" });
    assert.equal(askedNow(trigger, 2, 0)?.wanted, 1);
    assert.equal(askedNow(trigger, NaN, 2), undefined);
  });
});

describe("what leaves the host", () => {
  it("is one line of plain text without credentials", () => {
    assert.equal(cleanText("\u001b[31mred\u001b[0m\u202e\na"), "red a");
    assert.ok(cleanText("x".repeat(1000)).length <= 200);
    const text = withoutSecrets("Bearer abc.def token=s3cret https://u:p@h/ -----BEGIN KEY-----\nxx");
    for (const secret of ["abc.def", "s3cret", "u:p", "xx"]) assert.ok(!text.includes(secret), text);
  });

  it("and what comes back is one of a few messages", () => {
    assert.deepEqual(liveMessage({ type: "range", minutes: 60 }), { type: "range", minutes: 60 });
    for (const message of [
      null,
      1,
      "x",
      { type: "range", minutes: 61 },
      { type: "copy", panel: "http://x" },
      { type: "query", query: "up" },
      { type: "pods", byPod: "yes" },
    ])
      assert.equal(liveMessage(message), undefined);
  });
});

describe("the simulated engine", () => {
  it("never uses more blocks than it has, and counts what it did", () => {
    const engine = new Engine({ generation: "v1", model: "m", seed: 7, blocks: 600 }, 0);
    engine.load = 12;
    for (let time = 1; time <= 120; time++) {
      engine.advance(time);
      assert.ok(engine.kvUsage >= 0 && engine.kvUsage <= 1);
    }
    assert.ok(engine.preemptions > 0 && engine.waiting.length > 0);
    const { samples, unreadable } = readExposition(metricsText(engine));
    assert.equal(unreadable, 0);
    assert.equal(
      kvPoolOf(samples.filter(({ name }) => name === "vllm:cache_config_info").map(({ labels }) => labels)),
      9600,
    );
  });
});
