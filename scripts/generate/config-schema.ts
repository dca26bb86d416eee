import { Ajv, type AnySchemaObject } from "ajv";
import standaloneCode from "ajv/dist/standalone";
import type { RuleGroup, Severity } from "../../src/rules/define";
import { RULES } from "../../src/rules/index";

/**
 * What is made from the list of rules for `.vllm-k8s.yaml`: the schema that editors complete from, and ajv's validator as plain code, so
 * that ajv itself stays out of the bundles.
 */

const GROUPS: Readonly<Record<RuleGroup, string>> = {
  memory: "what has to fit on the GPUs",
  startup: "images, probes and what happens until a server is ready",
  autoscaling: "HorizontalPodAutoscalers and KEDA",
  metrics: "the names and queries of vLLM's metrics",
  alerting: "alerts beside vLLM workloads",
  scheduling: "GPUs, nodes and placement",
  storage: "weights, caches and volumes",
  security: "who may reach and read what",
  args: "vLLM's flags and variables",
  lifecycle: "rollouts, shutdown and replacement",
};

const SEVERITIES: readonly (Severity | "off")[] = ["error", "warning", "info", "hint", "off"];

const severity = { $ref: "#/$defs/severity" };

const CALIBRATIONS = {
  description:
    "What a start-up log showed beside the plan, by workload (`Kind/namespace/name/container`); `vllm-k8s calibrate --write` keeps it.",
  type: "object",
  additionalProperties: {
    type: "object",
    required: ["vllm", "gpu", "model", "tensorParallel", "overheadGib"],
    properties: {
      vllm: { type: "string" },
      gpu: { type: "string" },
      model: { type: "string" },
      tensorParallel: { type: "integer" },
      overheadGib: { type: "number" },
    },
  },
};

const LENS = {
  description: "The lines that the editor shows above servers and triggers.",
  type: "object",
  additionalProperties: false,
  properties: {
    sizing: {
      description: "GPU memory and concurrency above each vLLM server.",
      type: "boolean",
      default: true,
    },
    scaling: {
      description: "What each trigger of an autoscaler makes of its query, above the trigger.",
      type: "boolean",
      default: true,
    },
  },
};

/** The schema that editors read: every rule with its sentence and its own severity. */
export function configSchema(): AnySchemaObject {
  const rules = [...RULES].sort((a, b) => (a.id < b.id ? -1 : 1));
  const entries = [
    ...Object.entries(GROUPS).map(
      ([group, about]) => [group, { ...severity, description: `All rules about ${about}.` }] as const,
    ),
    ...rules.map(
      (rule) => [rule.id, { ...severity, description: rule.summary, default: rule.severity }] as const,
    ),
  ];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "vllm-k8s configuration",
    description:
      "`.vllm-k8s.yaml`: read by the VS Code extension and the command line for the manifests below its folder.",
    type: "object",
    additionalProperties: false,
    properties: {
      rules: {
        description: "Severity by rule or by group of rules; a rule's own entry wins over its group's.",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries<object>(entries),
      },
      assume: {
        description: "What to take for granted where a manifest does not tell.",
        type: "object",
        additionalProperties: false,
        properties: {
          gpu: { description: "A GPU product, like `H100-80GB` or `L4`.", type: "string", minLength: 1 },
          vllmVersion: {
            description: 'A vLLM release in quotes, like `"0.11.0"`.',
            type: "string",
            pattern: "^v?\\d{1,3}\\.\\d{1,4}(\\.\\d{1,4})?(\\.?(post|rc|dev)\\d+)*$",
          },
        },
      },
      lens: LENS,
      models: {
        description:
          "Where the `config.json` of a model lies, by the model's name as manifests write it; the path is relative to this file.",
        type: "object",
        additionalProperties: { type: "string", minLength: 1 },
      },
      calibrations: CALIBRATIONS,
    },
    $defs: { severity: { enum: SEVERITIES } },
  };
}

/**
 * The same language with less code, and with the allowed names in each error: `propertyNames` in place of `additionalProperties`, one test
 * for all rules in place of one for each. A test holds the two together.
 */
export function validatorSchema(full: AnySchemaObject = configSchema()): AnySchemaObject {
  const { rules, ...others } = full.properties as Record<string, AnySchemaObject>;
  const rulesOnly = {
    type: "object",
    propertyNames: namesOf(rules ?? {}),
    additionalProperties: { enum: SEVERITIES },
  };
  return {
    type: "object",
    propertyNames: namesOf(full),
    properties: {
      rules: rulesOnly,
      ...Object.fromEntries(Object.entries(others).map(([k, v]) => [k, compact(v)])),
    },
  };
}

function namesOf(schema: AnySchemaObject): AnySchemaObject {
  return { enum: Object.keys((schema.properties ?? {}) as object) };
}

/** Of no use to a validator. */
const TEXTS = new Set(["description", "default", "additionalProperties"]);

function compact(schema: AnySchemaObject): AnySchemaObject {
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => !TEXTS.has(key)));
  if (schema.properties === undefined)
    return typeof schema.additionalProperties === "object"
      ? { ...rest, additionalProperties: schema.additionalProperties as AnySchemaObject }
      : rest;
  const inner = Object.entries(schema.properties as Record<string, AnySchemaObject>).map(([k, v]) => [
    k,
    compact(v),
  ]);
  return {
    ...rest,
    propertyNames: namesOf(schema),
    properties: Object.fromEntries(inner) as AnySchemaObject,
  };
}

export function validatorCode(): string {
  const ajv = new Ajv({ allErrors: true, messages: false, code: { source: true, esm: true, lines: true } });
  const code = standaloneCode(ajv, ajv.compile(validatorSchema()));
  return `// Generated by npm run generate from the list of rules. Do not edit.\n${inlineRuntime(code)}`;
}

/** ajv counts a text's code points with a helper of its own; one that is left out takes the package along into the bundle. */
function inlineRuntime(code: string): string {
  const inlined = code.replace(
    /require\("ajv\/dist\/runtime\/ucs2length"\)\.default/,
    "(text) => [...text].length",
  );
  if (inlined.includes("require("))
    throw new Error("the validator needs a part of ajv that is not inlined here");
  return inlined;
}
