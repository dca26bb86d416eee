import type { ObjectLookup } from "./environment";
import type { KubeObject, PodTemplate, Scaler } from "./model";
import { podTemplatesOf } from "./pods";
import { scalerOf } from "./scalers";
import { selectsPod, serviceOf, type Service } from "./services";

/**
 * Objects by what refers to them. Two objects belong together only in the same namespace, or when neither names one.
 * Everything is read when first asked for.
 */
export class ObjectIndex {
  private readonly kinds = new Map<string, KubeObject[]>();
  private readonly named = new Map<string, KubeObject>();
  private podList: readonly PodTemplate[] | undefined;
  private scalersByTarget: Map<string, Scaler[]> | undefined;
  private servicesByLabel: Map<string, Service[]> | undefined;

  constructor(readonly objects: readonly KubeObject[]) {
    for (const object of objects) {
      push(this.kinds, object.kind, object);
      const key = keyOf(object.kind, object.name, object.namespace);
      if (key !== undefined && !this.named.has(key)) this.named.set(key, object);
    }
  }

  ofKind(kind: string): readonly KubeObject[] {
    return this.kinds.get(kind) ?? [];
  }

  /** As an `ObjectLookup` for environments and claims. */
  readonly find: ObjectLookup = (kind, name, namespace) => this.named.get(keyOf(kind, name, namespace) ?? "");

  get pods(): readonly PodTemplate[] {
    return (this.podList ??= this.objects.flatMap(podTemplatesOf));
  }

  /** The scalers that name a workload as their target. */
  scalersOf(workload: KubeObject): readonly Scaler[] {
    this.scalersByTarget ??= this.groupScalers();
    const found =
      this.scalersByTarget.get(keyOf(workload.kind, workload.name, workload.namespace) ?? "") ?? [];
    return found.filter(({ target }) => target?.group === undefined || target.group === workload.group);
  }

  /** The workload that a scaler changes; undefined when it is not in view. */
  targetOf(scaler: Scaler): KubeObject | undefined {
    const { target } = scaler;
    const found = target && this.find(target.kind, target.name, scaler.object.namespace);
    return found && (target.group === undefined || target.group === found.group) ? found : undefined;
  }

  /** The Services that send traffic to a pod. */
  servicesOf(pod: PodTemplate): readonly Service[] {
    this.servicesByLabel ??= this.groupServices();
    const found: Service[] = [];
    for (const [key, value] of pod.labels) {
      for (const service of this.servicesByLabel.get(`${key}=${value}`) ?? [])
        if (selectsPod(service, pod)) found.push(service);
    }
    return found;
  }

  podsOf(service: Service): readonly PodTemplate[] {
    return this.pods.filter((pod) => selectsPod(service, pod));
  }

  private groupScalers(): Map<string, Scaler[]> {
    const groups = new Map<string, Scaler[]>();
    for (const object of this.objects) {
      const scaler = scalerOf(object);
      const key = scaler?.target && keyOf(scaler.target.kind, scaler.target.name, object.namespace);
      if (scaler && key !== undefined) push(groups, key, scaler);
    }
    return groups;
  }

  /** Each Service once, under the first label of its selector. */
  private groupServices(): Map<string, Service[]> {
    const groups = new Map<string, Service[]>();
    for (const object of this.ofKind("Service")) {
      const service = serviceOf(object);
      const first = service?.selector?.entries[0];
      if (service && first?.value?.kind === "scalar")
        push(groups, `${first.key.text}=${first.value.text}`, service);
    }
    return groups;
  }
}

/** Undefined for an object without a known name: nothing can refer to it. */
function keyOf(kind: string, name: string | undefined, namespace: string | undefined): string | undefined {
  return name === undefined ? undefined : `${kind}\n${name}\n${namespace ?? ""}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
