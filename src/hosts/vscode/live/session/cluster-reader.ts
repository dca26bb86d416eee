import { own } from "../../../../base/own";
import type { Asked } from "../../../../live/answer";
import { isKubernetesName, type ServiceInfo } from "../../../../live/discover";
import { LiveFailure } from "../../../../live/failure";
import type { Workload } from "../../../../live/scope";
import { isRecord } from "../../../../base/record";
import { listField, numberField, recordField, textField, textMap } from "../../../../live/shape";
import type { Transport } from "../access/transport";

/** A pod as far as it can be read from. */
export interface PodInfo {
  readonly name: string;
  readonly uid: string;
  readonly readable: boolean;
}

export interface ReplicaCounts {
  readonly wanted: number | undefined;
  readonly ready: number | undefined;
}

const PLURALS: Readonly<Record<string, readonly [group: string, version: string, plural: string]>> = {
  Deployment: ["apps", "v1", "deployments"],
  StatefulSet: ["apps", "v1", "statefulsets"],
};

const PAGE = 500;
const MOST_PAGES = 10;

/** The few objects that live metrics need, by GET only. */
export class ClusterReader {
  constructor(private readonly transport: Transport) {}

  async pods(
    namespace: string,
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly PodInfo[]> {
    const selector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const query = selector === "" ? "" : `&labelSelector=${encodeURIComponent(selector)}`;
    const asked: Asked = { verb: "list", group: "", resource: "pods", namespace, what: "the pods" };
    const items = await this.list(`/api/v1/namespaces/${checked(namespace)}/pods`, query, asked, signal);
    return items.flatMap((item) => {
      const name = textField(recordField(item, "metadata"), "name") ?? "";
      const uid = textField(recordField(item, "metadata"), "uid") ?? name;
      const status = recordField(item, "status");
      const readable = textField(status, "phase") === "Running" && textField(status, "podIP") !== undefined;
      return isKubernetesName(name) ? { name, uid, readable } : [];
    });
  }

  /** Undefined for kinds whose counts are elsewhere; a failure of 404 when there is no such workload. */
  async replicas(workload: Workload, signal: AbortSignal): Promise<ReplicaCounts | undefined> {
    const known = own(PLURALS, workload.kind);
    if (!known) return undefined;
    const [group, version, plural] = known;
    const path = `/apis/${group}/${version}/namespaces/${checked(workload.namespace)}/${plural}/${checked(workload.name)}`;
    const what = `the ${workload.kind} ${workload.name}`;
    const object = await this.json(
      path,
      { verb: "get", group, resource: plural, namespace: workload.namespace, what },
      signal,
    );
    return {
      wanted: numberField(recordField(object, "spec"), "replicas") ?? 1,
      ready: numberField(recordField(object, "status"), "readyReplicas") ?? 0,
    };
  }

  /** All of the cluster, or of one namespace. */
  async services(namespace: string | undefined, signal: AbortSignal): Promise<readonly ServiceInfo[]> {
    const path =
      namespace === undefined ? "/api/v1/services" : `/api/v1/namespaces/${checked(namespace)}/services`;
    const asked: Asked = { verb: "list", group: "", resource: "services", namespace, what: "the services" };
    const items = await this.list(path, "", asked, signal);
    return items.flatMap((item) => {
      const metadata = recordField(item, "metadata");
      const [name, home] = [textField(metadata, "name"), textField(metadata, "namespace")];
      if (name === undefined || home === undefined) return [];
      const ports = listField(item, "spec", "ports").flatMap((port) => {
        const number = numberField(port, "port");
        return number === undefined ? [] : { name: textField(port, "name"), port: number };
      });
      return { namespace: home, name, labels: textMap(metadata.labels), ports };
    });
  }

  private async list(
    path: string,
    query: string,
    asked: Asked,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let next = "";
    for (let page = 0; page < MOST_PAGES; page++) {
      const more = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
      const answer = await this.json(`${path}?limit=${PAGE}${query}${more}`, asked, signal);
      items.push(...listField(answer, "items"));
      next = textField(recordField(answer, "metadata"), "continue") ?? "";
      if (next === "") break;
    }
    return items;
  }

  private async json(path: string, asked: Asked, signal: AbortSignal): Promise<unknown> {
    const { body } = await this.transport.get(path, asked, { signal });
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      value = undefined; // A login page, say: the failure below has the words for it.
    }
    if (isRecord(value)) return value;
    throw new LiveFailure("api-server", "server-error", "The API server's answer is not one of Kubernetes.");
  }
}

/** Manifests name namespaces and workloads, and theirs go into a path. */
function checked(name: string): string {
  if (isKubernetesName(name)) return name;
  throw new LiveFailure(
    "api-server",
    "bad-request",
    "The manifest has a name that Kubernetes would not take.",
  );
}
