import type { Position } from "../../base/text";
import {
  generate,
  offers,
  serverAt,
  type Generated,
  type GeneratedKind,
  type Offer,
} from "../generate/generate";
import { placeGenerated, type Placed } from "../generate/place";
import { editsBetween } from "../findings/fix-all";
import type { FileEdit } from "../findings/fixes";
import {
  placeIn,
  scalerIn,
  simulateBoth,
  type Place,
  type SimulationAnswer,
  type SimulationWish,
} from "./simulation";
import { scalingLensesOf, type ScalingLens } from "./trigger-places";
import type { Workspace } from "../workspace/workspace";

const NOT_OPEN = { problem: "This file is not open." };

/** What there is to ask of the autoscaling in one file. */
export class Scaling {
  private readonly place: Place | undefined;

  /** `fixed` gives the same files after the fixes that are proposed for the autoscaling in one of them. */
  constructor(
    private readonly workspace: Workspace,
    private readonly path: string,
    private readonly hasLenses: boolean,
    private readonly fixed: (path: string) => Workspace,
  ) {
    this.place = placeIn(workspace, path);
  }

  /** What each trigger of an autoscaler makes of its query, in a line. */
  lenses(): readonly ScalingLens[] {
    return this.place && this.hasLenses ? scalingLensesOf(this.place.file, this.place.folder) : [];
  }

  /** The autoscaler under a load: as it is, and after the fixes that are proposed for it. */
  simulate(wish: SimulationWish): SimulationAnswer {
    return this.place
      ? simulateBoth(this.place, placeIn(this.repaired(this.place), this.path), wish)
      : NOT_OPEN;
  }

  /** The autoscaler may stand in another file than what it scales. */
  private repaired(place: Place): Workspace {
    const scaler = scalerIn(place)?.scaler.object;
    const home = scaler && this.workspace.placeOf({ doc: scaler.doc, span: scaler.node.span });
    return this.fixed(home?.file.path ?? this.path);
  }

  /** The fixes that "after" rests on, as edits of all files that they change. */
  proposedFixes(): readonly FileEdit[] {
    return this.place ? editsBetween(this.place.folder, this.repaired(this.place)) : [];
  }

  /** An object that belongs to a workload of the file, the first unless another is meant. */
  generate(kind: GeneratedKind, server?: number): Generated {
    return this.place ? generate(kind, this.place, server) : NOT_OPEN;
  }

  /** What can be generated for a server, and why the rest cannot. */
  offers(server: number): readonly Offer[] {
    return this.place ? offers(this.place, server) : [];
  }

  /** Generated objects in the files where they belong. */
  placeGenerated(kinds: readonly GeneratedKind[], server: number): Placed | { readonly problem: string } {
    return this.place ? placeGenerated(kinds, this.place, server, this.workspace) : NOT_OPEN;
  }

  /** The server that a position is about, by its number in the file. */
  serverAt(position: Position): number | undefined {
    return this.place && serverAt(this.place, position);
  }
}
