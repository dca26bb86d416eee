import type { Range } from "../../src/base/text";
import type { Severity } from "../../src/rules/define";

/** A finding that a fixture says must be there. */
export interface Expectation {
  readonly rule: string;
  readonly severity: Severity;
  readonly line: number;
  readonly startCharacter: number;
  readonly endCharacter: number;
  readonly messagePart: string | undefined;
  readonly advicePart: string | undefined;
}

export interface Fixture {
  /** The manifest without the expectation comments. */
  readonly text: string;
  readonly expected: readonly Expectation[];
}

const CARETS =
  /^\s*#\s*(?<carets>\^+)\s+(?<severity>error|warning|info|hint)\s+(?<rule>[\w-]+\/[\w-]+)(?:\s+"(?<message>.*?)"(?:\s+=>\s+"(?<advice>.*)")?)?\s*$/;
const COLUMNS =
  /^\s*#!\s*(?<from>\d+)-(?<to>\d+)\s+(?<severity>error|warning|info|hint)\s+(?<rule>[\w-]+\/[\w-]+)(?:\s+"(?<message>.*?)"(?:\s+=>\s+"(?<advice>.*)")?)?\s*$/;

/**
 * Takes the expectation comments out of a fixture. Each stands on a line of its own below the line it speaks of, with carets
 * under the finding's characters (`# ^^^^ warning group/rule "part of the message" => "part of the advice"`) or, for the first columns, with numbers
 * (`#! 0-4 …`).
 */
export function readFixture(source: string): Fixture {
  const kept: string[] = [];
  const expected: Expectation[] = [];
  for (const line of source.split("\n")) {
    const carets = CARETS.exec(line)?.groups;
    const columns = CARETS.test(line) ? undefined : COLUMNS.exec(line)?.groups;
    const groups = carets ?? columns;
    if (!groups) {
      kept.push(line);
      continue;
    }
    const start = columns ? Number(columns["from"]) : line.indexOf("^");
    expected.push({
      rule: groups["rule"] ?? "",
      severity: groups["severity"] as Severity,
      line: kept.length - 1,
      startCharacter: start,
      endCharacter: columns ? Number(columns["to"]) : start + (carets?.["carets"]?.length ?? 0),
      messagePart: groups["message"],
      advicePart: groups["advice"],
    });
  }
  return { text: kept.join("\n"), expected };
}

/** Why an expectation and a finding are not the same; undefined when they are. */
export function mismatch(
  expectation: Expectation,
  finding: { rule: string; severity: Severity; message: string; advice: string; range: Range },
): string | undefined {
  const { start, end } = finding.range;
  if (finding.rule !== expectation.rule) return `rule ${finding.rule}`;
  if (start.line !== expectation.line || start.character !== expectation.startCharacter) {
    return `starts at ${start.line + 1}:${start.character}`;
  }
  if (end.line === start.line && end.character !== expectation.endCharacter)
    return `ends at column ${end.character}`;
  if (finding.severity !== expectation.severity) return `severity ${finding.severity}`;
  if (expectation.messagePart !== undefined && !finding.message.includes(expectation.messagePart)) {
    return `message "${finding.message}"`;
  }
  if (expectation.advicePart !== undefined && !finding.advice.includes(expectation.advicePart)) {
    return `advice "${finding.advice}"`;
  }
  return undefined;
}
