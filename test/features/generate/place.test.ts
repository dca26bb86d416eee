import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { textAfter } from "../../../src/features/findings/fixes";
import type { GeneratedKind } from "../../../src/service";
import { serviceWith } from "../../service";
import {
  DEPLOYMENT,
  filled,
  findings,
  INFERENCE_SERVICE,
  LLM_INFERENCE_SERVICE,
  SERVICE,
  STACK_VALUES,
} from "./workloads";

type Files = Readonly<Record<string, string>>;

const PATH = "k/server.yaml";

/** All files as they are after generated objects were put in their place. */
function after(kinds: readonly GeneratedKind[], files: Files, server = 0): Files {
  const placed = serviceWith(files).scaling(PATH).placeGenerated(kinds, server);
  assert.ok(!("problem" in placed), "problem" in placed ? placed.problem : "");
  const result: Record<string, string> = { ...files };
  for (const path of new Set(placed.edits.map((edit) => edit.path)))
    result[path] = textAfter(files[path] ?? "", path, placed.edits);
  for (const { path, text } of placed.created) {
    assert.equal(result[path], undefined, `${path} was there`);
    result[path] = text;
  }
  return Object.fromEntries(Object.entries(result).map(([path, text]) => [path, filled(text)]));
}

const left = (files: Files): readonly string[] =>
  findings(serviceWith(files), Object.keys(files)).filter(
    // What the workloads of these tests leave out on purpose is not the generators' concern.
    (each) => /^(autoscaling|metrics|alerting)\//.test(each),
  );

describe("generated manifests in their place", () => {
  const KINDS = ["scaled-object", "prometheus-rule", "pod-monitor"] as const;

  it("are files beside a workload that has a file of its own, which stops saying how many replicas", () => {
    const files = after(KINDS, { [PATH]: DEPLOYMENT });
    assert.deepEqual(Object.keys(files).sort(), [
      "k/llama-8b-pod-monitor.yaml",
      "k/llama-8b-prometheus-rule.yaml",
      "k/llama-8b-scaled-object.yaml",
      PATH,
    ]);
    assert.equal(files[PATH], DEPLOYMENT.replace("  replicas: 1\n", ""));
    assert.deepEqual(left(files), []);
  });

  it("are documents behind a workload whose file holds more", () => {
    const text = `${DEPLOYMENT}---\n${SERVICE}`;
    const files = after([...KINDS, "service-monitor"], { [PATH]: text });
    assert.deepEqual(Object.keys(files), [PATH]);
    const kinds = parseAllDocuments(files[PATH] ?? "").map(
      (document) => (document.toJS() as { kind: string }).kind,
    );
    assert.deepEqual(kinds, [
      "Deployment",
      "Service",
      "ScaledObject",
      "PrometheusRule",
      "PodMonitor",
      "ServiceMonitor",
    ]);
    assert.ok(files[PATH]?.startsWith(text.replace("  replicas: 1\n", "").trimEnd()));
    assert.deepEqual(left(files), []);
  });

  it("are files that the kustomization lists, its own text kept", () => {
    const kustomization =
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  # The server\n  - server.yaml\n";
    const given = { [PATH]: `${DEPLOYMENT}---\n${SERVICE}`, "k/kustomization.yaml": kustomization };
    const files = after(["prometheus-rule", "pod-monitor"], given);
    assert.equal(
      files["k/kustomization.yaml"],
      `${kustomization}  - llama-8b-prometheus-rule.yaml\n  - llama-8b-pod-monitor.yaml\n`,
    );
    assert.equal(files[PATH], given[PATH]);
  });

  it("get a resources list in a kustomization that has none", () => {
    const files = after(["pod-monitor"], { [PATH]: DEPLOYMENT, "k/kustomization.yaml": "namespace: llm\n" });
    assert.equal(files["k/kustomization.yaml"], "namespace: llm\nresources:\n- llama-8b-pod-monitor.yaml\n");
  });

  it("never write over a file, and never outside of the folder", () => {
    const taken = { [PATH]: DEPLOYMENT, "k/llama-8b-pod-monitor.yaml": "a: 1\n" };
    assert.ok("k/llama-8b-pod-monitor-2.yaml" in after(["pod-monitor"], taken));
    for (const name of ["../../etc/x", "..", "a/b", "\\\\host\\share", "%2e%2e%2fup"]) {
      const hostile = DEPLOYMENT.replace("name: llama-8b\n", `name: ${JSON.stringify(name)}\n`);
      const created = Object.keys(after(["pod-monitor"], { [PATH]: hostile })).filter(
        (path) => path !== PATH,
      );
      for (const path of created) assert.match(path, /^k\/[A-Za-z0-9][A-Za-z0-9.-]*\.yaml$/, name);
    }
  });

  it("are fields of an InferenceService, its comments kept", () => {
    const text = after(["kserve"], { [PATH]: INFERENCE_SERVICE })[PATH] ?? "";
    assert.match(text, /# Two for the night\.\n {4}minReplicas: 2\n/);
    assert.match(text, /annotations:\n {4}serving\.kserve\.io\/autoscalerClass: keda/);
    assert.deepEqual(left({ [PATH]: text }), []);
  });

  it("are fields of an LLMInferenceService, in place of its replicas", () => {
    const text = after(["kserve"], { [PATH]: LLM_INFERENCE_SERVICE })[PATH] ?? "";
    assert.doesNotMatch(text, /^ {2}replicas:/m);
    assert.match(text, /scaling:\n {4}minReplicas: 2\n {4}maxReplicas: 4\n {4}keda:/);
    assert.deepEqual(left({ [PATH]: text }), []);
  });

  it("are fields of the entry of production-stack that is meant", () => {
    const text = after(["production-stack"], { [PATH]: STACK_VALUES }, 1)[PATH] ?? "";
    assert.ok(text.startsWith(STACK_VALUES.slice(0, STACK_VALUES.indexOf("  - name: llama"))));
    assert.match(text, /threshold: "48"/);
    assert.deepEqual(left({ [PATH]: text }), []);
  });

  it("are one autoscaler at most", () => {
    const scaling = serviceWith({ [PATH]: DEPLOYMENT }).scaling(PATH);
    assert.ok("problem" in scaling.placeGenerated(["scaled-object", "hpa"], 0));
    const offered = (text: string): readonly string[] =>
      serviceWith({ [PATH]: text })
        .scaling(PATH)
        .offers(0)
        .flatMap(({ kind, problem }) => (problem === undefined ? kind : []));
    assert.deepEqual(offered(DEPLOYMENT), ["scaled-object", "hpa", "prometheus-rule", "pod-monitor"]);
    const scaled = after(["scaled-object"], { [PATH]: `${DEPLOYMENT}---\n${SERVICE}` })[PATH] ?? "";
    assert.deepEqual(offered(scaled), ["prometheus-rule", "pod-monitor", "service-monitor"]);
  });

  it("belong to the server whose lines the cursor is in", () => {
    const scaling = serviceWith({ [PATH]: STACK_VALUES }).scaling(PATH);
    const at = (text: string): number | undefined =>
      scaling.serverAt({ line: STACK_VALUES.split("\n").indexOf(text), character: 4 });
    assert.equal(at("    modelURL: Qwen/Qwen3-0.6B"), 0);
    assert.equal(at("    vllmConfig:"), 1);
    assert.equal(
      serviceWith({ [PATH]: SERVICE })
        .scaling(PATH)
        .serverAt({ line: 0, character: 0 }),
      undefined,
    );
  });
});
