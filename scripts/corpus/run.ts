import { performance } from "node:perf_hooks";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { createService, type Diagnostic, type Service } from "../../src/service";
import { parseFile } from "../../src/yaml/parse";
import type { CorpusFile } from "./files";

export interface FileRun {
  readonly file: CorpusFile;
  readonly findings: readonly Diagnostic[];
  /** vLLM servers found in the file. */
  readonly servers: number;
  readonly parseFailed: boolean;
}

export interface Crash {
  readonly where: string;
  readonly error: string;
}

export interface CorpusRun {
  readonly files: readonly FileRun[];
  /** Anything that threw: a rule, or a question to the service. */
  readonly crashes: readonly Crash[];
  /** Seconds for findings in all files, reading from disk left out. */
  readonly seconds: number;
}

export function runCorpus(files: readonly CorpusFile[]): CorpusRun {
  const crashes: Crash[] = [];
  const service = createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-01-01",
    ruleFailed: (rule, error) => crashes.push({ where: `rule ${rule}`, error: textOf(error) }),
  });
  const started = performance.now();
  for (const { path, text } of files) service.setFile(path, text);
  const findings = files.map(({ path }) =>
    attempt(`findings of ${path}`, [], crashes, () => service.diagnostics(path)),
  );
  const seconds = (performance.now() - started) / 1000;
  const runs = files.map((file, i) => {
    askEverythingElse(service, file, crashes);
    const servers = attempt(`sizes of ${file.path}`, 0, crashes, () => service.sizes(file.path).length);
    return { file, findings: findings[i] ?? [], servers, parseFailed: hasSyntaxProblem(file.text) };
  });
  return { files: runs, crashes, seconds };
}

/** What nobody asks in a lint run must not fail either. */
function askEverythingElse(service: Service, { path }: CorpusFile, crashes: Crash[]): void {
  attempt(`fixes of ${path}`, [], crashes, () => service.fixes(path));
  attempt(`fix all of ${path}`, [], crashes, () => service.fixAll(path));
  const lenses = attempt(`lenses of ${path}`, [], crashes, () => service.lenses(path));
  for (const { range } of lenses)
    attempt(`hover in ${path}`, undefined, crashes, () => service.hover(path, range.start));
}

function attempt<T>(where: string, otherwise: T, crashes: Crash[], question: () => T): T {
  try {
    return question();
  } catch (error) {
    crashes.push({ where, error: textOf(error) });
    return otherwise;
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.stack : undefined) ?? String(error);
}

function hasSyntaxProblem(text: string): boolean {
  return parseFile(text).some(({ source }) => source.problems.length > 0);
}
