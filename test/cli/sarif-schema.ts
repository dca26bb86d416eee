/** The part of SARIF 2.1.0 (OASIS) that this project writes, as strict as the standard is about it. */
const text = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string", minLength: 1 } },
  additionalProperties: false,
};

const level = { enum: ["none", "note", "warning", "error"] };

const properties = {
  type: "object",
  properties: { tags: { type: "array", items: { type: "string" }, uniqueItems: true } },
};

const artifactLocation = {
  type: "object",
  required: ["uri"],
  // A URI reference: no spaces, no backslashes, nothing outside of ASCII.
  properties: { uri: { type: "string", pattern: "^[!-\\[\\]-~]+$" }, uriBaseId: { type: "string" } },
  additionalProperties: false,
};

const position = { type: "integer", minimum: 1 };

const region = {
  type: "object",
  required: ["startLine"],
  properties: { startLine: position, startColumn: position, endLine: position, endColumn: position },
  additionalProperties: false,
};

const location = {
  type: "object",
  properties: {
    id: { type: "integer", minimum: 0 },
    message: text,
    physicalLocation: {
      type: "object",
      required: ["artifactLocation"],
      properties: { artifactLocation, region },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const rule = {
  type: "object",
  required: ["id", "shortDescription", "helpUri", "defaultConfiguration"],
  properties: {
    id: { type: "string" },
    name: { type: "string", pattern: "^[A-Z][A-Za-z0-9]*$" },
    shortDescription: text,
    fullDescription: text,
    help: text,
    helpUri: { type: "string", pattern: "^https://" },
    defaultConfiguration: {
      type: "object",
      required: ["level"],
      properties: { level },
      additionalProperties: false,
    },
    properties,
  },
  additionalProperties: false,
};

const notification = {
  type: "object",
  required: ["message"],
  properties: { level, message: text, locations: { type: "array", items: location } },
  additionalProperties: false,
};

const fix = {
  type: "object",
  required: ["artifactChanges"],
  properties: {
    description: text,
    artifactChanges: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["artifactLocation", "replacements"],
        properties: {
          artifactLocation,
          replacements: {
            type: "array",
            minItems: 1,
            items: {
              type: "object",
              required: ["deletedRegion"],
              properties: {
                deletedRegion: region,
                insertedContent: {
                  type: "object",
                  properties: { text: { type: "string" } },
                  additionalProperties: false,
                },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
    properties,
  },
  additionalProperties: false,
};

const result = {
  type: "object",
  required: ["ruleId", "message", "locations"],
  properties: {
    ruleId: { type: "string" },
    ruleIndex: { type: "integer", minimum: 0 },
    level,
    message: text,
    locations: { type: "array", items: location },
    relatedLocations: { type: "array", items: location, uniqueItems: true },
    fixes: { type: "array", items: fix, uniqueItems: true },
    properties,
  },
  additionalProperties: false,
};

const run = {
  type: "object",
  required: ["tool", "results"],
  properties: {
    tool: {
      type: "object",
      required: ["driver"],
      properties: {
        driver: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string" },
            version: { type: "string" },
            semanticVersion: { type: "string" },
            informationUri: { type: "string", pattern: "^https://" },
            rules: { type: "array", items: rule, uniqueItems: true },
          },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
    originalUriBaseIds: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["uri"],
        properties: { uri: { type: "string", pattern: "^file:///.*/$" } },
        additionalProperties: false,
      },
    },
    invocations: {
      type: "array",
      items: {
        type: "object",
        required: ["executionSuccessful"],
        properties: {
          executionSuccessful: { type: "boolean" },
          toolConfigurationNotifications: { type: "array", items: notification },
          toolExecutionNotifications: { type: "array", items: notification },
        },
        additionalProperties: false,
      },
    },
    results: { type: "array", items: result },
  },
  additionalProperties: false,
};

export const SARIF_SCHEMA = {
  type: "object",
  required: ["version", "runs"],
  properties: {
    $schema: { type: "string", pattern: "^https://" },
    version: { const: "2.1.0" },
    runs: { type: "array", items: run },
  },
  additionalProperties: false,
};
