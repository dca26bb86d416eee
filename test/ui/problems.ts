import type { Page } from "playwright-core";
import type { Severity } from "./workbench";
import { readAll } from "./wait";

/** One row of the Problems view. */
export interface Problem {
  severity: Severity;
  message: string;
  source: string;
  code: string;
  /** One-based, as shown. */
  line: number;
  column: number;
}

const severities: Record<string, Severity> = {
  Error: "error",
  Warning: "warning",
  Info: "info",
  Hint: "hint",
};

/** The rows in view; the names of the files above them are left out. */
export async function readProblems(page: Page): Promise<Problem[]> {
  const part = (name: string): string => `(e.querySelector("${name}")?.textContent ?? "")`;
  const lines = `[...e.querySelectorAll(".marker-message")].map((line) => line.textContent).join("\\n")`;
  const fields = [`e.ariaLabel`, lines, part(".marker-source"), part(".marker-code"), part(".marker-line")];
  const rows = await readAll<string[]>(
    page,
    ".markers-panel .monaco-list-row[aria-level='2']",
    `[${fields.join()}]`,
  );
  return rows.map((row) => {
    const [label = "", message = "", source = "", code = "", place = ""] = row;
    const [line = 0, column = 0] = [...place.matchAll(/\d+/g)].map(Number);
    return {
      severity: severities[/^\w+/.exec(label)?.[0] ?? ""] ?? "hint",
      message,
      source,
      code,
      line,
      column,
    };
  });
}
