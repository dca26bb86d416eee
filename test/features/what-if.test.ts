import assert from "node:assert/strict";
import {
  DEFAULT_FILTER,
  type WhatIf,
  type WhatIfFilter,
  type WhatIfRow,
} from "../../src/features/what-if/what-if";
import type { Service } from "../../src/service";
import { applyFileEdits } from "../apply";
import { cpuTime } from "../cpu-time";
import { deployment, PATH, RUN, serviceWith } from "./what-if-manifests";

const ANY: WhatIfFilter = {
  gpu: "any",
  tensor: "any",
  length: "any",
  cache: "any",
  checkpoint: "any",
  fitting: true,
};

const MANIFESTS: Readonly<Record<string, string>> = {
  "a label of GKE, arguments with an equals sign": deployment({}),
  "the product label, arguments in pairs": deployment({
    node: 'nodeSelector: { nvidia.com/gpu.product: "NVIDIA-A100-SXM4-80GB" }',
    run: RUN.pairs,
  }),
  "an instance type, a shell script": deployment({
    node: "nodeSelector:\n        node.kubernetes.io/instance-type: g6e.48xlarge",
    run: RUN.shell,
    gpu: '"4"',
  }),
  "affinity, a variable": deployment({
    node: `affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - { key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l40s] }`,
    run: RUN.variable,
  }),
  "a comment": deployment({ node: "# vllm-k8s: gpu=H100-80GB", run: RUN.pairs }),
  "no name of a card": deployment({ node: "dnsPolicy: ClusterFirst" }),
};

function table(service: Service, filter?: WhatIfFilter): WhatIf {
  const found = service.whatIf(PATH, 0, filter);
  assert.ok(found);
  return found;
}

/** The row's figures as `size` tells them of the changed manifest. */
function figures(service: Service): unknown {
  const [server] = service.sizes(PATH);
  assert.ok(server);
  const { kv, perGpu, fits, parallel } = server;
  const { tokens, maxConcurrency, maxModelLen } = kv;
  const { weightsGiB, kvCacheGiB } = perGpu;
  return { fits, tokens, maxConcurrency, maxModelLen, weightsGiB, kvCacheGiB, tensorParallel: parallel.tp };
}

function promised(row: WhatIfRow): unknown {
  const { fits, tokens, maxConcurrency, maxModelLen, weightsGiB, kvCacheGiB, tensorParallel } = row;
  return { fits, tokens, maxConcurrency, maxModelLen, weightsGiB, kvCacheGiB, tensorParallel };
}

const findings = (service: Service): string[] => service.diagnostics(PATH).map(({ rule }) => rule);

function isSaidBy(row: WhatIfRow, rule: string): boolean {
  return rule === "memory/thin-kv-cache" || (row.fits === "tight" && rule.startsWith("memory/"));
}

describe("What if", () => {
  for (const [name, text] of Object.entries(MANIFESTS)) {
    it(`gives every row's numbers once the row is applied: ${name}`, () => {
      const service = serviceWith(text);
      const before = new Set(findings(service));
      const rows = table(service, ANY).rows.filter(({ canApply }) => canApply);
      assert.ok(rows.length > 10, `${rows.length} rows`);
      const step = Math.ceil(rows.length / 60);
      for (const row of rows.filter((_, i) => i % step === 0)) {
        const edits = service.applyWhatIf(PATH, 0, row.id);
        assert.ok(edits, row.id);
        const changed = serviceWith(applyFileEdits(text, edits));
        assert.deepEqual(figures(changed), promised(row), row.id);
        assert.deepEqual(
          // Few requests at once and a tight fit are what the row itself says.
          findings(changed).filter((rule) => !before.has(rule) && !isSaidBy(row, rule)),
          [],
          row.id,
        );
        for (const comment of text.match(/# (?!vllm-k8s).*$/gm) ?? [])
          assert.ok(applyFileEdits(text, edits).includes(comment), `${row.id} keeps ${comment}`);
      }
    });
  }

  it("writes the card, the count and the shared memory with a larger tensor parallel size", () => {
    const text = deployment({});
    const service = serviceWith(text);
    const row = table(service).rows.find(({ gpu, gpus }) => gpu === "H100 80GB SXM" && gpus === 2);
    assert.ok(row);
    const changed = applyFileEdits(text, service.applyWhatIf(PATH, 0, row.id) ?? []);
    assert.match(changed, /gke-accelerator: nvidia-h100-80gb \} # the small ones/);
    assert.match(changed, /- "--tensor-parallel-size=2"|- --tensor-parallel-size=2/);
    assert.match(changed, /requests: \{ cpu: "8", nvidia\.com\/gpu: 2 \}/);
    assert.match(changed, /nvidia\.com\/gpu: 2 # one card/);
    assert.match(changed, /mountPath: \/dev\/shm/);
    assert.match(changed, /--model=Qwen\/Qwen3-8B # the model/);
  });

  it("takes a larger instance of the same cloud when one has too few cards", () => {
    const text = deployment({
      node: "nodeSelector: { node.kubernetes.io/instance-type: g6.xlarge }",
    });
    const service = serviceWith(text);
    const rows = table(service).rows;
    const own = rows.find(({ gpu, gpus }) => gpu === "L4" && gpus === 4);
    assert.match(
      applyFileEdits(text, service.applyWhatIf(PATH, 0, own?.id ?? "") ?? []),
      /instance-type: g6\.12xlarge/,
    );
    const other = rows.find(({ gpu, gpus }) => gpu === "H100 80GB SXM" && gpus === 1);
    assert.match(
      applyFileEdits(text, service.applyWhatIf(PATH, 0, other?.id ?? "") ?? []),
      /instance-type: p5\.4xlarge/,
    );
  });

  it("names only checkpoints of the catalogue, and keeps the name that clients ask for", () => {
    const text = deployment({});
    const service = serviceWith(text);
    const { values, rows } = table(service, {
      ...DEFAULT_FILTER,
      gpu: "now",
      tensor: "now",
      checkpoint: "any",
    });
    assert.ok(
      values.checkpoint.some(({ key }) => key === "Qwen/Qwen3-8B-AWQ"),
      JSON.stringify(values.checkpoint),
    );
    const awq = rows.find(({ quantization }) => quantization.includes("Qwen/Qwen3-8B-AWQ"));
    const changed = applyFileEdits(text, service.applyWhatIf(PATH, 0, awq?.id ?? "") ?? []);
    assert.match(changed, /--model=Qwen\/Qwen3-8B-AWQ # the model/);
    assert.match(changed, /--served-model-name=Qwen\/Qwen3-8B"?\n/);
  });

  it("does not take another tuning's copies for the model's own", () => {
    const service = serviceWith(
      deployment({ run: RUN.list.replace("Qwen/Qwen3-8B", "meta-llama/Llama-2-7b-hf") }),
    );
    const names = table(service).values.checkpoint.map(({ key }) => key);
    assert.deepEqual(
      names.filter((name) => /chat/i.test(name)),
      [],
    );
  });

  it("puts what fits on the fewest GPUs first and marks the present row", () => {
    const { rows, unfit } = table(serviceWith(deployment({})), { ...DEFAULT_FILTER, fitting: false });
    const ranks = rows.map(({ fits }) => ["yes", "tight", "unknown", "no"].indexOf(fits));
    assert.deepEqual(ranks, [...ranks].sort());
    assert.equal(rows[0]?.gpus, 1);
    assert.equal(rows.filter(({ isNow }) => isNow).length, 1);
    assert.equal(unfit, 0);
  });

  it("changes nothing that it cannot see: templates, slices of a card, ranks in several pods", () => {
    const templated = serviceWith(deployment({ gpu: "{{ .Values.gpus }}" }));
    assert.deepEqual(table(templated).values.tensor.length, 1);
    const sliced = serviceWith(deployment({}).replaceAll("nvidia.com/gpu:", "nvidia.com/mig-3g.40gb:"));
    assert.deepEqual([table(sliced).values.gpu.length, table(sliced).values.tensor.length], [1, 1]);
    assert.equal(templated.applyWhatIf(PATH, 0, "no such row"), undefined);
    assert.equal(templated.whatIf(PATH, 7), undefined);
  });

  it("shows the row of a server of which little is known", () => {
    const { rows } = table(
      serviceWith(deployment({ run: RUN.list.replace("Qwen/Qwen3-8B", "acme/unheard-of") })),
    );
    assert.equal(rows.find(({ isNow }) => isNow)?.fits, "unknown");
  });

  it("is made in the time of a keystroke", () => {
    const service = serviceWith(deployment({ run: RUN.shell, gpu: "4" }));
    table(service);
    const start = cpuTime();
    for (let i = 0; i < 10; i++) table(service);
    const each = (cpuTime() - start) / 10;
    assert.ok(each < 40, `${each.toFixed(1)} ms`);
  });
});
