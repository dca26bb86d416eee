import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Range } from "../../../base/text";
import type { Rule, Severity } from "../../../rules/define";
import { docsUrl } from "../../../rules/docs";
import { RULES } from "../../../rules/index";
import type { InputProblem } from "../input";
import type { Io } from "../io";
import type { LintReport, ReportedFinding, ReportedFix } from "../report";
import { HOME_PAGE, VERSION } from "../version";

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
  hint: "note",
};

/** The name that relative paths are resolved by. */
const BASE = "WORKDIR";

/** SARIF 2.1.0, as code scanning services read it. */
export function reportSarif(report: LintReport, io: Io): string {
  const ruleIndex = new Map<string, number>(RULES.map((rule, i) => [rule.id, i]));
  const run = {
    tool: {
      driver: {
        name: "vllm-k8s",
        version: VERSION,
        semanticVersion: VERSION,
        informationUri: HOME_PAGE,
        rules: RULES.map(ruleOf),
      },
    },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [BASE]: { uri: pathToFileURL(io.cwd).href.replace(/\/?$/, "/") } },
    invocations: [
      {
        executionSuccessful: report.problems.length === 0,
        toolConfigurationNotifications: report.problems
          .filter(({ range }) => range !== undefined)
          .map(notificationOf),
        toolExecutionNotifications: report.problems
          .filter(({ range }) => range === undefined)
          .map(notificationOf),
      },
    ],
    results: report.findings.map((finding) => resultOf(finding, ruleIndex)),
  };
  const log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return JSON.stringify(log, null, 2) + "\n";
}

function ruleOf(rule: Rule): object {
  return {
    id: rule.id,
    name: nameOf(rule.id),
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\n${docsUrl(rule.id)}` },
    helpUri: docsUrl(rule.id),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: [rule.id.split("/")[0]], severity: rule.severity },
  };
}

/** `memory/weights-exceed-gpu` as the PascalCase name that SARIF recommends. */
function nameOf(id: string): string {
  return id
    .split(/[/-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function resultOf(finding: ReportedFinding, ruleIndex: ReadonlyMap<string, number>): object {
  const { file, rule, severity, message, advice, range, related, fixes } = finding;
  return {
    ruleId: rule,
    ruleIndex: ruleIndex.get(rule) ?? -1,
    level: LEVELS[severity],
    message: { text: advice === "" ? message : `${message} ${advice}` },
    locations: [locationOf(file, range)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((r, id) => ({
            id,
            ...locationOf(r.file, r.range),
            message: { text: r.message },
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map(fixOf) }),
    properties: { severity },
  };
}

function locationOf(file: string, range: Range): { readonly physicalLocation: object } {
  return { physicalLocation: { artifactLocation: artifactOf(file), region: regionOf(range) } };
}

function artifactOf(file: string): object {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: BASE };
}

function regionOf({ start, end }: Range): object {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function fixOf({ title, safe, edits }: ReportedFix): object {
  const files = [...new Set(edits.map((edit) => edit.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifactOf(file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ range, newText }) => ({
          deletedRegion: regionOf(range),
          insertedContent: { text: newText },
        })),
    })),
    properties: { safe },
  };
}

function notificationOf({ shown, message, range }: InputProblem): object {
  const location = range
    ? locationOf(shown, range)
    : { physicalLocation: { artifactLocation: artifactOf(shown) } };
  return { level: "error", message: { text: `${shown}: ${message}` }, locations: [location] };
}
