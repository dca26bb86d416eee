import { sortTextOf, type Proposal, type ProposalKind } from "./proposal";
import type { Site } from "./site";
import { scalarText } from "./write";

export interface Choice {
  readonly label: string;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Left out where it is the label. */
  readonly text?: string;
  /** A number or boolean, which stays without quotes. */
  readonly bare?: true;
}

/** Choices for the whole of a scalar, in their order. */
export function valueChoices(
  site: Site,
  kind: ProposalKind,
  choices: readonly Choice[],
): readonly Proposal[] {
  const range = site.range(0, site.text.length);
  return choices.flatMap(({ label, detail, documentation, text = label, bare }, i): Proposal[] => {
    const newText = scalarText(site, text, bare !== true);
    if (newText === undefined) return [];
    return [
      { label, kind, detail, documentation, range, newText, filterText: text, sortText: sortTextOf(i) },
    ];
  });
}

/** Keys of a map, each with a value to begin with where it has none yet. The text of a choice is that value. */
export function keyChoices(site: Site, kind: ProposalKind, choices: readonly Choice[]): readonly Proposal[] {
  if (site.scalar.style !== "plain") return [];
  const map = site.nodes.at(-2);
  const written = new Set(map?.kind === "map" ? map.entries.map(({ key }) => key.text) : []);
  const range = site.range(0, site.text.length);
  const hasValue = /^\s*:/.test(site.doc.text.slice(site.scalar.span.end));
  return choices.flatMap(({ label, detail, documentation, text = "" }, i): Proposal[] => {
    if (written.has(label) && label !== site.text) return [];
    const lead = `${label}: `;
    return [
      {
        label,
        kind,
        detail,
        documentation,
        range,
        newText: hasValue ? label : lead + text,
        selection: hasValue || text === "" ? undefined : contentOf(lead, text),
        filterText: label,
        sortText: sortTextOf(i),
        asksOn: !hasValue && text === "",
      },
    ];
  });
}

/** Between the quotes, so that what is typed over stays a string. */
function contentOf(lead: string, text: string): { start: number; end: number } {
  const quotes = /^(["']).*\1$/.test(text) ? 1 : 0;
  return { start: lead.length + quotes, end: lead.length + text.length - quotes };
}
