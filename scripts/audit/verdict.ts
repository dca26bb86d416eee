/** What `npm audit --json` said: "unknown" when the registry could not be asked. */
export type Verdict =
  | { readonly kind: "clean" | "vulnerable"; readonly lines: readonly string[] }
  | { readonly kind: "unknown"; readonly reason: string };

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { severity: string; range: string }>>;
  readonly statusCode?: number;
  readonly uri?: string;
  readonly message?: string;
}

const GRAVE = new Set(["high", "critical"]);

export function verdictOf(output: string): Verdict {
  const report = reportIn(output);
  if (!report?.vulnerabilities) {
    const status = report?.statusCode ? `status ${report.statusCode}` : "no report";
    return { kind: "unknown", reason: `the registry gives ${status} for an audit` };
  }
  const found = Object.entries(report.vulnerabilities);
  const grave = found.filter(([, { severity }]) => GRAVE.has(severity));
  const lines = found.map(([name, { severity, range }]) => `${severity}: ${name} ${range}`);
  return {
    kind: grave.length > 0 ? "vulnerable" : "clean",
    lines: [...lines, `${found.length} known vulnerabilities, ${grave.length} of them high or critical`],
  };
}

/** npm writes warnings around its JSON. */
function reportIn(output: string): Report | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as Report;
  } catch {
    return undefined;
  }
}
