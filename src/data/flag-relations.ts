import catalogue from "./flag-relations.json";

export interface FlagRelation {
  readonly flag: string;
  /** The option that has to be there too. */
  readonly needs?: string;
  /** The option that must not be there. */
  readonly excludes?: string;
  /** The first release that checks it; every release when left out. */
  readonly since?: string;
  /** The process ends, or the option has no effect. */
  readonly effect: "ends" | "ignored";
  readonly source: string;
}

export const flagRelations = catalogue.relations as readonly FlagRelation[];
