import { generate, type Generated, type GeneratedKind } from "./generate";
import { simulateBoth, type Place, type SimulationAnswer, type SimulationWish } from "./simulation";
import { scalingLensesOf, type ScalingLens } from "./trigger-places";

const NOT_OPEN = { problem: "This file is not open." };

/** What there is to ask of the autoscaling in one file. */
export class Scaling {
  /** `fixed` gives the same file after the fixes that are proposed for its autoscaling. */
  constructor(
    private readonly place: Place | undefined,
    private readonly hasLenses: boolean,
    private readonly fixed: () => Place | undefined,
  ) {}

  /** What each trigger of an autoscaler makes of its query, in a line. */
  lenses(): readonly ScalingLens[] {
    return this.place && this.hasLenses ? scalingLensesOf(this.place.file, this.place.folder) : [];
  }

  /** The autoscaler under a load: as it is, and after the fixes that are proposed for it. */
  simulate(wish: SimulationWish): SimulationAnswer {
    return this.place ? simulateBoth(this.place, this.fixed(), wish) : NOT_OPEN;
  }

  /** An object that belongs to the first workload of the file. */
  generate(kind: GeneratedKind): Generated {
    return this.place ? generate(kind, this.place) : NOT_OPEN;
  }
}
