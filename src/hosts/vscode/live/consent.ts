import { l10n, window, type Memento } from "vscode";
import { consentKey, type ConsentRequest } from "./session/connection";

const KEY = "live.consents";

/** Asks once for each cluster and person, and remembers a yes. */
export class Consent {
  constructor(private readonly memory: Memento) {}

  async ask(request: ConsentRequest): Promise<boolean> {
    const known = this.memory.get<readonly string[]>(KEY, []);
    const key = consentKey(request);
    if (known.includes(key)) return true;
    const connect = l10n.t("Connect");
    const { context, cluster, host, user, namespace } = request;
    const mark = /prod/i.test(`${context} ${cluster}`)
      ? `${l10n.t("This looks like a production cluster.")}\n\n`
      : "";
    const detail = l10n.t(
      "{0}Cluster: {1} ({2})\nUser: {3}\nNamespace: {4}\n\nRead, never changed: pods, services and the workload of this manifest, the metrics of its pods, and the Prometheus of the cluster through the API server, with the queries of this manifest. The kubeconfig may run its own credential plug-in.",
      mark,
      cluster,
      host,
      user === "" ? l10n.t("none (anonymous)") : user,
      namespace,
    );
    const answer = await window.showInformationMessage(
      l10n.t("Read live metrics with the kube context “{0}”?", context),
      { modal: true, detail },
      connect,
    );
    if (answer !== connect) return false;
    await this.memory.update(KEY, [...known.slice(-50), key]);
    return true;
  }
}
