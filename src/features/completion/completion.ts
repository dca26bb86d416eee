import type { Position } from "../../base/text";
import { argumentProposals } from "./arguments";
import { environmentProposals } from "./environment";
import { mapProposals } from "./maps";
import { podProposals } from "./pod";
import { promqlProposals } from "./promql";
import type { Proposal } from "./proposal";
import { referenceProposals } from "./references";
import { scalerProposals } from "./scaler";
import { siteAt, type Site } from "./site";
import type { Folder } from "../workspace/folder";
import type { SourceFile } from "../workspace/workspace";

export { PROPOSAL_SYMBOLS, type Proposal } from "./proposal";

/**
 * Proposes for one sort of place and answers undefined for all others. The first that answers has the place: nobody else, and no
 * schema of another extension, knows better there.
 */
export type Contributor = (site: Site) => readonly Proposal[] | undefined;

const CONTRIBUTORS: readonly Contributor[] = [
  argumentProposals,
  environmentProposals,
  podProposals,
  promqlProposals,
  mapProposals,
  scalerProposals,
  referenceProposals,
];

/** What can be written at a position, best first where the typed text fits several equally well. */
export function completionsAt(file: SourceFile, folder: Folder, position: Position): readonly Proposal[] {
  if (file.status === "too-large" || file.status === "conflict") return [];
  const site = siteAt(file, folder, file.index.offsetAt(position));
  if (!site) return [];
  for (const contribute of CONTRIBUTORS) {
    const proposals = contribute(site);
    if (proposals) return proposals.filter(isOnOneLine);
  }
  return [];
}

/** Editors take no other: in a flow collection that somebody forgot to close, words of several lines are one scalar. */
function isOnOneLine({ range }: Proposal): boolean {
  return range.start.line === range.end.line;
}
