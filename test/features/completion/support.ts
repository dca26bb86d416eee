import { TextIndex } from "../../../src/base/text";
import type { Proposal } from "../../../src/service";
import { serviceWith } from "../../service";

/** Where the cursor is in a text. */
export const CURSOR = "¦";

export const FILE = "/work/models/server.yaml";

export interface Asked {
  readonly text: string;
  readonly proposals: readonly Proposal[];
  /** In the order an editor shows them when all match what is typed. */
  readonly labels: readonly string[];
  /** The text after a proposal was accepted. */
  accept(label: string): string;
}

/** Asks for proposals at the cursor of a text, with other files of the folder beside it. */
export function complete(marked: string, others: Readonly<Record<string, string>> = {}): Asked {
  const offset = marked.indexOf(CURSOR);
  if (offset === -1) throw new Error("the text has no cursor");
  const text = marked.replace(CURSOR, "");
  const service = serviceWith({ ...others, [FILE]: text });
  const index = new TextIndex(text);
  const proposals = sorted(service.completions(FILE, index.positionAt(offset)));
  return {
    text,
    proposals,
    labels: proposals.map(({ label }) => label),
    accept: (label) => {
      const chosen = proposals.find((proposal) => proposal.label === label);
      if (!chosen) throw new Error(`${label} is not among ${proposals.map((each) => each.label).join(", ")}`);
      return applied(text, chosen);
    },
  };
}

export function sorted(proposals: readonly Proposal[]): readonly Proposal[] {
  return [...proposals].sort((a, b) =>
    a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : a.label < b.label ? -1 : 1,
  );
}

export function applied(text: string, { range, newText }: Proposal): string {
  const index = new TextIndex(text);
  return text.slice(0, index.offsetAt(range.start)) + newText + text.slice(index.offsetAt(range.end));
}
