import assert from "node:assert/strict";
import { portNumber } from "../../src/kubernetes/containers";
import { hasProbe, probeOf, type Probe } from "../../src/kubernetes/probes";
import { firstContainer, pod, textOf } from "./support";

function probe(text: string): Probe {
  const found = probeOf(firstContainer(pod({ container: `livenessProbe: ${text}` })), "livenessProbe");
  assert.ok(found);
  return found;
}

describe("probes", () => {
  it("have Kubernetes' defaults", () => {
    const { initialDelay, period, timeout, failureThreshold, successThreshold, budgetSeconds } = probe(
      "{ httpGet: { port: 8000 } }",
    );
    assert.deepEqual(
      [initialDelay, period, timeout, failureThreshold, successThreshold].map(({ value, isDefault }) => [
        value,
        isDefault,
      ]),
      [[0, true], [10, true], [1, true], [3, true], [1, true]], // prettier-ignore
    );
    assert.equal(budgetSeconds, 30);
  });

  it("add up to a budget", () => {
    const found = probe(
      "{ httpGet: { port: 1 }, initialDelaySeconds: 60, periodSeconds: 5, failureThreshold: 12 }",
    );
    assert.equal(found.budgetSeconds, 120);
    assert.equal(textOf(found.failureThreshold.node), "12");
    assert.equal(found.failureThreshold.isDefault, false);
  });

  it("have no budget when a part is unknown", () => {
    const found = probe("{ httpGet: { port: 1 }, failureThreshold: ${N} }".replace("${N}", '"${N}"'));
    assert.deepEqual([found.failureThreshold.value, found.failureThreshold.isDefault], [undefined, false]);
    assert.equal(found.budgetSeconds, undefined);
  });

  it("have unknown numbers where a template can add them", () => {
    const text = pod({
      container: "livenessProbe:\n  httpGet: { port: 1 }\n  {{- toYaml .Values.probe | nindent 8 }}",
    });
    assert.equal(probeOf(firstContainer(text), "livenessProbe")?.budgetSeconds, undefined);
  });

  it("take zero for not set, as Kubernetes does", () =>
    assert.equal(probe("{ tcpSocket: { port: 1 }, periodSeconds: 0 }").period.value, 10));

  for (const [text, expected] of [
    ["{ httpGet: { path: /health, port: 8000 } }", "http number 8000 /health HTTP"],
    ['{ httpGet: { port: "8000", scheme: HTTPS } }', "http number 8000 / HTTPS"],
    ["{ httpGet: { path: /health, port: http } }", "http name http /health HTTP"],
    ["{ httpGet: { path: '${P}', port: $PORT } }", "http unknown - - HTTP"],
    ["{ tcpSocket: { port: 8000 } }", "tcp number 8000"],
    ["{ grpc: { port: 9000 } }", "grpc number 9000"],
    ["{ exec: { command: [sh, -c, curl] } }", "exec 3"],
    ["{ periodSeconds: 3 }", "unknown"],
    ["{ httpGet: 8000 }", "unknown"],
  ] as const) {
    it(`read ${text}`, () => assert.equal(handler(probe(text)), expected));
  }

  it("are absent, or there and not readable", () => {
    const container = firstContainer(
      pod({ container: 'livenessProbe: "{{ .Values.probe }}"\nreadinessProbe:' }),
    );
    assert.equal(hasProbe(container, "startupProbe"), false);
    assert.equal(hasProbe(container, "livenessProbe"), true);
    assert.equal(probeOf(container, "livenessProbe"), undefined);
    assert.equal(hasProbe(container, "readinessProbe"), false);
  });

  it("find the number of a named port", () => {
    const container = firstContainer(
      pod({
        container: 'ports: [{ name: http, containerPort: 8000 }, { name: t, containerPort: "{{ .p }}" }]',
      }),
    );
    assert.deepEqual(
      ["http", "t", "other", 9].map((port) => portNumber(container, port)),
      [8000, undefined, undefined, 9],
    );
  });
});

function handler({ handler }: Probe): string {
  if (handler.kind === "exec") return `exec ${handler.command?.items.length}`;
  if (handler.kind === "unknown") return "unknown";
  const { port } = handler;
  const where = port.kind === "number" ? port.number : port.kind === "name" ? port.name : "-";
  const http = handler.kind === "http" ? ` ${handler.path ?? "-"} ${handler.scheme ?? "-"}` : "";
  return `${handler.kind} ${port.kind} ${where}${http}`;
}
