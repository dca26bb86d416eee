/** The public face of this layer: from YAML documents to Kubernetes objects, their pods and what surrounds them. */
export type * from "./model";
export { fieldOf, isFieldOpen, itemsOf, podField, podItems, podMap, portNumber } from "./containers";
export { allEntries } from "./entries";
export {
  environmentOf,
  replacementIn,
  type EnvSource,
  type EnvVariable,
  type Environment,
  type ObjectLookup,
} from "./environment";
export { expandReferences, joinPieces, type ExpandedPiece, type Replacement } from "./expansion";
export { gpuRequestOf } from "./gpu";
export { isPlaceholder, knownText, stringsAt } from "./known";
export { requiredLabels, type NodeLabel } from "./node-labels";
export { ObjectIndex } from "./object-index";
export { objectsOf, type FileFacts } from "./objects";
export { podTemplatesOf } from "./pods";
export {
  hasProbe,
  portOf,
  probeOf,
  type Probe,
  type ProbeHandler,
  type ProbeKind,
  type ProbePort,
  type Timing,
} from "./probes";
export {
  amountAt,
  compareQuantities,
  parseQuantity,
  quantityAt,
  quantityValue,
  type Quantity,
} from "./quantity";
export { scalerOf } from "./scalers";
export { matchesLabels, matchesSelector, type Labels } from "./selectors";
export { selectsPod, serviceOf, type Service, type ServicePort } from "./services";
export {
  isReadOnly,
  mountAt,
  mountCovering,
  mountsAreOpen,
  mountsOf,
  volumesOf,
  type Mount,
  type Volume,
  type VolumeSource,
} from "./volumes";
