/** The public face of this layer: from YAML documents to Kubernetes objects, their pods and what surrounds them. */
export type * from "./model";
export { fieldOf } from "./containers";
export { allEntries } from "./entries";
export {
  environmentOf,
  replacementIn,
  type EnvSource,
  type EnvVariable,
  type Environment,
  type ObjectLookup,
} from "./environment";
export { expandReferences, type ExpandedPiece, type Replacement } from "./expansion";
export { gpuRequestOf } from "./gpu";
export { knownText, stringsAt } from "./known";
export { type NodeLabel } from "./node-labels";
export { ObjectIndex } from "./object-index";
export { objectsOf, type FileFacts } from "./objects";
export { podTemplatesOf } from "./pods";
export {
  probeOf,
  type Probe,
  type ProbeHandler,
  type ProbeKind,
  type ProbePort,
  type Timing,
} from "./probes";
export { type Quantity } from "./quantity";
export { kedaScaler, scalerOf } from "./scalers";
export { type Labels } from "./selectors";
export { serviceOf, type Service, type ServicePort } from "./services";
export {
  mountCovering,
  mountsAreOpen,
  volumesOf,
  type Mount,
  type Volume,
  type VolumeSource,
} from "./volumes";
