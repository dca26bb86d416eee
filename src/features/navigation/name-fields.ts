import type { Step } from "../completion/path";

export const WORKLOADS = ["Deployment", "StatefulSet", "LeaderWorkerSet", "ReplicaSet"];

const SECRETS = ["Secret", "ExternalSecret", "SealedSecret"];

/** Fields that hold the name of another object, and the kinds it may be of. */
export const NAME_FIELDS: readonly (readonly [end: readonly Step[], kinds: readonly string[]])[] = [
  [["secretKeyRef", "name"], SECRETS],
  [["secretRef", "name"], SECRETS],
  [["secret", "secretName"], SECRETS],
  [["configMapKeyRef", "name"], ["ConfigMap"]],
  [["configMapRef", "name"], ["ConfigMap"]],
  [["configMap", "name"], ["ConfigMap"]],
  [["persistentVolumeClaim", "claimName"], ["PersistentVolumeClaim"]],
  [["scaleTargetRef", "name"], WORKLOADS],
  [["spec", "serviceName"], ["Service"]],
  [["service", "name"], ["Service"]],
  [["backendRefs", "*", "name"], ["Service", "InferencePool"]],
  [["serviceAccountName"], ["ServiceAccount"]],
]; // prettier-ignore
