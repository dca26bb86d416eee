import { kubeconfigWords } from "../../../../live/advice";
import { LiveFailure } from "../../../../live/failure";
import { accessOf, mergeKubeconfigs, type ClusterAccess, type Kubeconfig } from "../../../../live/kubeconfig";
import { transportFor } from "../access/connect";
import { kubeconfigPaths, readKubeconfigs, signatureOf } from "../access/kubeconfig-files";
import type { Transport } from "../access/transport";

/** A cluster that may be read, as one person; ends when the kubeconfig says something else. */
export interface Connection {
  readonly access: ClusterAccess;
  readonly transport: Transport;
}

/** What a person agrees to, once for each. */
export interface ConsentRequest {
  readonly context: string;
  readonly cluster: string;
  readonly host: string;
  readonly user: string;
  readonly namespace: string;
}

/** Another cluster, address or person is another matter to agree to; a new token is not. */
export function consentKey({ context, cluster, host, user }: ConsentRequest): string {
  return JSON.stringify([context, cluster, host, user]);
}

export function consentRequest(access: ClusterAccess, namespace: string): ConsentRequest {
  const { context, cluster, user, server } = access;
  return { context, cluster, host: new URL(server).host, user, namespace };
}

/** Reads the kubeconfig files anew; the signature tells when they have changed since. */
export class KubeconfigSource {
  constructor(private readonly env: NodeJS.ProcessEnv) {}

  async read(): Promise<{ readonly config: Kubeconfig; readonly signature: string }> {
    const paths = kubeconfigPaths(this.env);
    const signature = await signatureOf(paths);
    const merged = mergeKubeconfigs(await readKubeconfigs(paths));
    if (!merged.ok) throw new LiveFailure("kubeconfig", "kubeconfig", kubeconfigWords(merged.problem));
    return { config: merged.value, signature };
  }

  signature(): Promise<string> {
    return signatureOf(kubeconfigPaths(this.env));
  }

  access(config: Kubeconfig, context: string | undefined): ClusterAccess {
    const access = accessOf(config, context);
    if (!access.ok) throw new LiveFailure("kubeconfig", "kubeconfig", kubeconfigWords(access.problem));
    return access.value;
  }

  open(access: ClusterAccess, now: () => number): Connection {
    return { access, transport: transportFor(access, this.env, now) };
  }
}
