import type { Severity } from "../../src/rules/define";
import { RULES } from "../../src/rules/index";
import type { Mark } from "./files";
import type { CorpusRun, FileRun } from "./run";

/** The least share of the marked server files that must be recognised. */
const RECOGNISED = 0.95;

interface Report {
  readonly lines: readonly string[];
  readonly broken: readonly string[];
}

export function reportOf(run: CorpusRun, verbose: boolean): Report {
  const sections = [files(run), recognition(run, verbose), negatives(run), crashes(run), perRule(run)];
  return {
    lines: sections.flatMap(({ lines }, i) => (i === 0 ? lines : ["", ...lines])),
    broken: sections.flatMap(({ broken }) => broken),
  };
}

function files({ files: all, seconds }: CorpusRun): Report {
  const failed = all.filter(({ parseFailed }) => parseFailed);
  const newlyFailed = failed.filter(({ file }) => file.mark.parses);
  return {
    lines: [
      `${all.length} files of ${new Set(all.map(({ file }) => file.mark.repo)).size} repositories`,
      `${failed.length} parse failures; ${newlyFailed.length} of them in files that another parser reads`,
      `${seconds.toFixed(2)} s for all findings, ${Math.round(all.length / seconds)} files/s`,
    ],
    broken: [],
  };
}

/**
 * Marked as a server: an independent script found a container that starts the engine (`engines`), or the file is of a kind whose operator
 * starts it from fields (KubeAI models, production-stack values and runtimes), where no container is to be counted. The role `engine` alone is
 * no such mark: it is also given to clients, simulators, Compose files, build lists and monitors beside an engine. How many of
 * those are recognised is printed too, bound to nothing.
 */
function isMarkedServer(mark: Mark): boolean {
  return mark.engines > 0 || isOperatorForm(mark);
}

function isOperatorForm({ vllm_role, helm_template, kinds, shapes }: Mark): boolean {
  if (vllm_role !== "engine" || helm_template) return false;
  const isRuntime = kinds.some((kind) => kind === "Model" || kind === "VLLMRuntime");
  return isRuntime || shapes.some((shape) => shape.includes("production-stack"));
}

function recognition({ files: all }: CorpusRun, verbose: boolean): Report {
  const marked = all.filter(({ file }) => isMarkedServer(file.mark));
  const missed = marked.filter(({ servers }) => servers === 0);
  const fewer = marked.filter(({ file, servers }) => servers > 0 && servers < file.mark.engines);
  const counted = sum(marked, ({ file }) => file.mark.engines);
  const found = sum(marked, ({ file, servers }) => Math.min(servers, file.mark.engines));
  const inRole = all.filter(({ file }) => file.mark.vllm_role === "engine");
  const elsewhere = all.filter(({ file, servers }) => servers > 0 && file.mark.vllm_role !== "engine");
  const share = (marked.length - missed.length) / Math.max(1, marked.length);
  const lines = [
    `servers recognised in ${marked.length - missed.length} of ${marked.length} files marked as servers: ${percent(share)}`,
    `  ${found} of ${counted} engine containers that were counted in them; ${fewer.length} files with fewer than counted`,
    `  of all ${inRole.length} files of role engine (clients, simulators, Compose and build files among them): ${count(inRole, hasServer)}`,
    `  in files of another role: ${elsewhere.length}`,
    ...(verbose
      ? [...names("missed", missed), ...names("fewer", fewer), ...names("in another role", elsewhere)]
      : []),
  ];
  const isEnough = marked.length === 0 || share > RECOGNISED;
  return {
    lines,
    broken: isEnough ? [] : [`servers recognised: ${percent(share)} is not over ${percent(RECOGNISED)}`],
  };
}

function negatives({ files: all }: CorpusRun): Report {
  const negative = all.filter(({ file }) => file.mark.negative);
  const findings = negative.flatMap(({ file, findings: found }) =>
    found.map(({ rule }) => `${rule} in ${file.mark.file}`),
  );
  const servers = negative.filter(hasServer).map(({ file }) => `a server in ${file.mark.file}`);
  return {
    lines: [
      `${findings.length} findings and ${servers.length} servers in ${negative.length} files marked as not vLLM`,
    ],
    broken: [...findings, ...servers].map((text) => `file without vLLM: ${text}`),
  };
}

function crashes({ crashes: all }: CorpusRun): Report {
  return {
    lines: [`${all.length} crashes`],
    broken: all
      .slice(0, 20)
      .map(({ where, error }) => `crash: ${where}: ${error.split("\n").slice(0, 4).join(" | ")}`),
  };
}

const COLUMNS: readonly Severity[] = ["error", "warning", "info", "hint"];

function perRule({ files: all }: CorpusRun): Report {
  const findings = all.flatMap(({ findings: found, file }) =>
    found.map((finding) => ({ ...finding, file: file.path })),
  );
  const width = Math.max(...RULES.map(({ id }) => id.length), "all".length);
  const row = (name: string, own: typeof findings): string => {
    const numbers = COLUMNS.map((severity) => own.filter((finding) => finding.severity === severity).length);
    const inFiles = new Set(own.map(({ file }) => file)).size;
    return [name.padEnd(width), ...[own.length, inFiles, ...numbers].map((n) => String(n).padStart(8))].join(
      "",
    );
  };
  const header = [
    "findings".padEnd(width),
    ...["all", "files", ...COLUMNS].map((name) => name.padStart(8)),
  ].join("");
  const rows = RULES.map(({ id }) =>
    row(
      id,
      findings.filter(({ rule }) => rule === id),
    ),
  );
  return { lines: [header, ...rows, row("all", findings)], broken: [] };
}

function hasServer({ servers }: FileRun): boolean {
  return servers > 0;
}

function count<T>(items: readonly T[], test: (item: T) => boolean): number {
  return items.filter(test).length;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function names(label: string, runs: readonly FileRun[]): readonly string[] {
  return runs.map(
    ({ file: { mark }, servers }) => `  ${label}: ${mark.file} (${servers} of ${mark.engines})`,
  );
}
