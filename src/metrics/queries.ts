import type { KubeObject } from "../kubernetes/model";
import type { QuerySite } from "./model";

export function queriesOf(_object: KubeObject): readonly QuerySite[] {
  return [];
}
