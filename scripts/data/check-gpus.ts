import Ajv from "ajv";
import { findGpu, gpuEntries } from "../../src/data/gpus";
import catalogue from "../../src/data/gpus.json";

const positive = { type: "number", exclusiveMinimum: 0 } as const;
const flag = { type: "boolean" } as const;
const name = { type: "string", minLength: 1 } as const;
const names = { type: "array", items: name, uniqueItems: true } as const;

const SCHEMA = {
  type: "object",
  properties: {
    name,
    vendor: { enum: ["NVIDIA", "AMD", "Intel", "Google", "AWS"] },
    aliases: names,
    memoryGib: positive,
    estimated: flag,
    observed: { type: "array", items: positive },
    smiMib: { type: "integer", minimum: 1 },
    marketingGb: positive,
    capability: name,
    bf16: flag,
    fp8: flag,
    fp4: flag,
    bandwidth: positive,
    tflops: positive,
    link: { enum: ["all", "pair", "none"] },
    unified: flag,
    resource: { type: "string", pattern: "^[a-z0-9.-]+/[\\w.-]+$" },
    products: names,
    gke: names,
    karpenter: name,
    instances: { type: "object", additionalProperties: { type: "integer", minimum: 1 } },
    mig: {
      type: "array",
      items: {
        type: "object",
        properties: { profile: { type: "string", pattern: "^\\d+g\\.\\d+gb$" }, memoryGib: positive },
        required: ["profile"],
        additionalProperties: false,
      },
    },
    source: { ...names, minItems: 1 },
    confidence: { enum: ["read", "recalled"] },
  },
  required: [
    "name",
    "vendor",
    "aliases",
    "memoryGib",
    "marketingGb",
    "link",
    "resource",
    "source",
    "confidence",
  ],
  additionalProperties: false,
};

/** Refuses the accelerator catalogue when an entry is not understood to the last key. Returns the number of entries. */
export function checkGpus(): number {
  const validate = new Ajv({ allErrors: true, strict: true }).compile(SCHEMA);
  const problems: string[] = [];
  for (const entry of gpuEntries()) {
    const say = (text: string): void => void problems.push(`${entry.name}: ${text}`);
    if (!validate(entry))
      for (const error of validate.errors ?? []) say(`${error.instancePath} ${error.message}`);
    for (const key of entry.source) if (!(key in catalogue.sources)) say(`has an unknown source ${key}`);
    if (entry.memoryGib > entry.marketingGb * 1.01) say("has more GiB than its maker's GB");
    if (entry.memoryGib < entry.marketingGb * 0.85) say("has far less GiB than its maker's GB");
    for (const other of entry.observed ?? [])
      if (Math.abs(other / entry.memoryGib - 1) > 0.05) say(`was observed with ${other} GiB`);
    if (findGpu(entry.name)?.entry !== entry) say("is not found by its own name");
    for (const product of entry.products ?? [])
      if (findGpu(product) === undefined) say(`is not found as ${product}`);
  }
  if (problems.length > 0) throw new Error(`src/data/gpus.json:\n  ${problems.join("\n  ")}`);
  return gpuEntries().length;
}
