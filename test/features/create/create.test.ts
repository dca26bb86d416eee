import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import snippets from "../../../snippets/vllm.json";
import { create, type Answers, type Creation } from "../../../src/features/create/create";
import { CLOUD_NAMES } from "../../../src/features/create/clouds";
import {
  deployment,
  disruptionBudget,
  nameFor,
  service,
  type Design,
} from "../../../src/features/create/deployment";
import { claim, fillJob } from "../../../src/features/create/volume";
import { Snippet } from "../../../src/features/completion/snippet";
import { modelEntries } from "../../../src/data/models";
import { serviceWith } from "../../service";

const ANSWERS: Answers = {
  model: "Qwen/Qwen2.5-7B-Instruct",
  load: { kind: "rate", amount: 1, prompt: 512, answer: 256 },
  namespace: "llm",
  cloud: "gke",
};

const PATH = "/k8s/";

/** As the linter reads the written folder: every finding, and the verdict on the server's memory. */
function judged({ files }: Creation): {
  readonly findings: readonly string[];
  readonly fits: string | undefined;
} {
  const all = serviceWith(Object.fromEntries(files.map(({ path, text }) => [PATH + path, text])));
  const findings = files.flatMap(({ path }) =>
    all
      .diagnostics(PATH + path)
      .map(({ rule, severity, message }) => `${path}: ${severity} ${rule}: ${message}`),
  );
  return { findings, fits: all.sizes(`${PATH}deployment.yaml`)[0]?.fits };
}

function file({ files }: Creation, path: string): string {
  return files.find((each) => each.path === path)?.text ?? "";
}

function assertGood(creation: Creation, what: string): void {
  const { findings, fits } = judged(creation);
  assert.deepEqual(findings, [], what);
  assert.equal(fits, "yes", what);
  for (const { path, text } of creation.files) {
    assert.doesNotMatch(text, /[&*]a\d|undefined|NaN|Infinity/, `${what} ${path}`);
    for (const document of parseAllDocuments(text)) assert.deepEqual(document.errors, [], `${what} ${path}`);
  }
  for (const sentence of [...creation.summary, ...creation.steps])
    assert.doesNotMatch(sentence, /undefined|NaN|Infinity|unknown/, what);
}

const MODELS = [
  "Qwen/Qwen2.5-0.5B-Instruct",
  "Qwen/Qwen2.5-7B-Instruct",
  "Qwen/Qwen3-32B",
  "meta-llama/Llama-3.1-8B-Instruct",
  "meta-llama/Llama-3.3-70B-Instruct",
  "mistralai/Mistral-7B-Instruct-v0.3",
  "google/gemma-3-27b-it",
  "openai/gpt-oss-120b",
  "deepseek-ai/DeepSeek-V3",
  "microsoft/phi-4",
];

const LOADS: readonly Answers["load"][] = [
  { kind: "rate", amount: 0.01, prompt: 1, answer: 1 },
  { kind: "rate", amount: 5, prompt: 2000, answer: 300 },
  { kind: "users", amount: 400, prompt: 6000, answer: 2000 },
];

describe("Create", () => {
  it("writes what the linter finds nothing in and what fits, for models, clouds and loads", function () {
    this.timeout(240_000);
    let written = 0;
    for (const model of MODELS)
      for (const cloud of CLOUD_NAMES)
        for (const load of LOADS) {
          const what = JSON.stringify({ model, cloud, load });
          const creation = create({ ...ANSWERS, model, cloud, load });
          if (creation.files.length === 0)
            assert.match(creation.problems.join(), /does not fit|replicas/, what);
          else assertGood(creation, what);
          written += creation.files.length > 0 ? 1 : 0;
        }
    assert.ok(written >= 100, `${written} of 120 were written`);
  });

  it("does so for a card that is given and for older releases", function () {
    this.timeout(120_000);
    const cards = [
      ["gke", "L4"],
      ["gke", "T4"],
      ["eks", "A10G"],
      ["eks", "A100-80GB"],
      ["aks", "A100-PCIE-80GB"],
      ["other", "RTX 4090"],
      ["other", "H100"],
    ] as const;
    for (const [cloud, gpu] of cards)
      for (const version of [undefined, "0.28.0", "0.21.0", "0.11.0", "0.8.5"]) {
        const what = JSON.stringify({ cloud, gpu, version });
        const creation = create({ ...ANSWERS, model: "Qwen/Qwen2.5-7B-Instruct", cloud, gpu, version });
        assert.deepEqual(creation.problems, [], what);
        assertGood(creation, what);
      }
  });

  it("writes the snippets' own objects when given their answers", () => {
    const design: Design = {
      name: "chat",
      namespace: "llm-inference",
      model: "Qwen/Qwen2.5-7B-Instruct",
      version: { major: 0, minor: 28, patch: 0 },
      selector: { "nvidia.com/gpu.product": "NVIDIA-L40S" },
      tensor: 1,
      length: 8192,
      sequences: 32,
      half: false,
      replicas: undefined,
      cpus: 8,
      memory: { request: 24, limit: 32 },
      shmGib: 2,
      startupFailures: 180,
    };
    const written = (prefix: string): readonly unknown[] => {
      const body = Object.values(snippets).find((each) => each.prefix === prefix)?.body ?? [];
      return parseAllDocuments(new Snippet(body).expand()).map((document) => document.toJS() as unknown);
    };
    assert.deepEqual([deployment(design), service(design)], written("vllm-single-gpu"));
    assert.deepEqual([claim(design, 100, "filestore-rwx"), fillJob(design)], written("vllm-model-volume"));
    assert.deepEqual([disruptionBudget(design)], written("vllm-pdb"));
  });

  it("takes the least GPU memory that the load needs, and more cards when it grows", () => {
    const rented = (amount: number): number => {
      const text = create({ ...ANSWERS, load: { ...ANSWERS.load, amount } }).summary.join(" ");
      return Number(/least GPU memory for this load, (\d+) GB/.exec(text)?.[1]);
    };
    const all = [0.1, 1, 5, 20, 80].map(rented);
    assert.equal(all[0], 24);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
    );
    assert.ok((all.at(-1) ?? 0) > 100);
  });

  it("gives a model that fits no single GPU several, with all that goes with them", () => {
    const creation = create({ ...ANSWERS, model: "meta-llama/Llama-3.3-70B-Instruct", gpu: "A100-80GB" });
    const text = file(creation, "deployment.yaml");
    const size = /--tensor-parallel-size=(\d)/.exec(text)?.[1] ?? "";
    assert.match(size, /^[248]$/);
    assert.equal(text.match(new RegExp(`nvidia.com/gpu: ${size}$`, "gm"))?.length, 2);
    assert.match(text, /gke-accelerator: nvidia-a100-80gb/);
  });

  it("keeps to the autoscaler's own arithmetic: thresholds, bounds, no replicas beside it", () => {
    const creation = create({ ...ANSWERS, load: { kind: "users", amount: 400, prompt: 512, answer: 256 } });
    const [deployed, scaler] = [file(creation, "deployment.yaml"), file(creation, "scaled-object.yaml")];
    const sequences = Number(/--max-num-seqs=(\d+)/.exec(deployed)?.[1]);
    const replicas = Math.ceil(400 / (0.75 * sequences));
    assert.doesNotMatch(deployed, /replicas:/);
    assert.match(scaler, new RegExp(`minReplicaCount: ${replicas}\\n`));
    assert.match(scaler, new RegExp(`threshold: "${0.75 * sequences}"`));
    assert.match(scaler, /serverAddress: http:\/\/prometheus-operated\.monitoring\.svc:9090/);
  });

  it("names the nodes as each cloud does", () => {
    const selector = (cloud: Answers["cloud"], gpu: string): string =>
      /nodeSelector:\n\s+(.*)\n/.exec(file(create({ ...ANSWERS, cloud, gpu }), "deployment.yaml"))?.[1] ?? "";
    assert.equal(selector("gke", "L4"), "cloud.google.com/gke-accelerator: nvidia-l4");
    assert.equal(selector("eks", "L40S"), "karpenter.k8s.aws/instance-gpu-name: l40s");
    assert.equal(selector("eks", "A100-80GB"), "node.kubernetes.io/instance-type: p4de.24xlarge");
    assert.equal(selector("eks", "A100-40GB"), "node.kubernetes.io/instance-type: p4d.24xlarge");
    assert.equal(selector("aks", "T4"), "node.kubernetes.io/instance-type: Standard_NC64as_T4_v3");
    assert.equal(
      selector("aks", "A100-PCIE-80GB"),
      "node.kubernetes.io/instance-type: Standard_NC24ads_A100_v4",
    );
    assert.equal(selector("other", "RTX 4090"), "nvidia.com/gpu.product: NVIDIA-GeForce-RTX-4090");
  });

  it("answers what cannot be with a sentence and no file", () => {
    const load = ANSWERS.load;
    const cases: readonly (readonly [Partial<Answers>, RegExp])[] = [
      [{ model: "acme/never-published-9000" }, /size of acme\/never-published-9000 is not known/],
      [{ model: "llama" }, /owner\/name/],
      [{ model: "a/b\nkind: Pod" }, /owner\/name/],
      [
        { model: "deepseek-ai/DeepSeek-V3", gpu: "L4" },
        /does not fit .* 8 x L4, with \d+(\.\d+)? GiB of weights/,
      ],
      [{ model: "openai/whisper-large-v3" }, /does not write text/],
      [{ gpu: "Voodoo 2" }, /no GPU that the catalogue knows/],
      [{ gpu: "MI300X" }, /NVIDIA/],
      [{ gpu: "H100-NVL" }, /has a machine with H100-NVL/],
      [{ namespace: "My Namespace" }, /lower-case/],
      [{ version: "7.0.0" }, /release of vLLM/],
      [{ load: { ...load, amount: 0 } }, /above 0/],
      [{ load: { ...load, amount: Number.NaN } }, /above 0/],
      [{ load: { ...load, amount: 1e9 } }, /at most 10000 requests/],
      [{ load: { ...load, amount: 9000 } }, /replicas/],
      [{ load: { ...load, prompt: 0.5 } }, /between 1 and 1000000 tokens/],
      [{ load: { ...load, prompt: 900_000 } }, /32768 tokens at most/],
    ];
    for (const [change, sentence] of cases) {
      const { files, problems } = create({ ...ANSWERS, ...change });
      assert.deepEqual(files, [], JSON.stringify(change));
      assert.equal(problems.length, 1, JSON.stringify(change));
      assert.match(problems[0] ?? "", sentence);
    }
  });

  it("has a valid name for every model of the catalogue", () => {
    for (const entry of modelEntries() as readonly { readonly id: string }[])
      assert.match(nameFor(entry.id), /^[a-z]([-a-z0-9]{0,45}[a-z0-9])?$/, entry.id);
  });
});
