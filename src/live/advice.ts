import { isPassing, rbacRule, type LiveFailure } from "./failure";
import type { KubeconfigProblem } from "./kubeconfig";

/** What a person can do about a failure, and the rule that an administrator could add. */
export interface Advice {
  readonly advice: string;
  readonly code?: string;
}

export function adviceFor(failure: LiveFailure): Advice {
  const { code, origin, missing } = failure;
  if (missing) {
    const where =
      missing.namespace === undefined ? "a ClusterRole" : `a Role in namespace ${missing.namespace}`;
    return { advice: `Ask for this rule in ${where}:`, code: rbacRule(missing) };
  }
  if (code === "unauthorized" && origin === "api-server")
    return { advice: "Log in again as you do for kubectl; the panel goes on by itself." };
  if (code === "unauthorized") return { advice: "Choose another source, or read the pods themselves." };
  if (code === "certificate-client")
    return { advice: "Get a new one as you do for kubectl; the panel looks at the kubeconfig by itself." };
  if (code.startsWith("certificate"))
    return {
      advice:
        "Compare certificate-authority-data and tls-server-name in the kubeconfig with what your provider gives you.",
    };
  if (code.startsWith("plugin"))
    return { advice: "Run `kubectl get pods` in a terminal: it uses the same plug-in." };
  if (code === "kubeconfig")
    return { advice: "Repair the kubeconfig; the panel looks at it again by itself." };
  if (isPassing(failure)) return { advice: "The panel tries again by itself." };
  return { advice: "Try again, or choose another context." };
}

export function kubeconfigWords(problem: KubeconfigProblem): string {
  switch (problem.kind) {
    case "none":
      return "There is no kubeconfig: neither KUBECONFIG nor ~/.kube/config names a cluster.";
    case "broken":
      return `The kubeconfig ${fileName(problem.path)} cannot be read (line ${problem.line}).`;
    case "no-current-context":
      return "The kubeconfig has no current context. Choose one here; the file stays as it is.";
    case "no-such-context":
      return `The kubeconfig has no context ${problem.context}.`;
    case "no-such-cluster":
      return `The context ${problem.context} names the cluster ${problem.cluster}, which the kubeconfig does not have.`;
    case "no-such-user":
      return `The context ${problem.context} names the user ${problem.user}, which the kubeconfig does not have.`;
    case "no-server":
      return `The cluster ${problem.cluster} of the kubeconfig has no address.`;
  }
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
