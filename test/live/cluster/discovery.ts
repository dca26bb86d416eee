/** What kubectl asks before it asks for anything: versions, groups, resources. */
export function discovery(path: string): Record<string, unknown> | undefined {
  const fixed: Record<string, Record<string, unknown>> = {
    "/version": { major: "1", minor: "32", gitVersion: "v1.32.4" },
    "/api": { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] },
    "/apis": {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: ["apps/v1", "autoscaling/v2", "authorization.k8s.io/v1"].map(group),
    },
    "/api/v1": resources("v1", [
      resource("pods", "Pod"),
      resource("services", "Service"),
      resource("pods/proxy", "PodProxyOptions"),
      resource("services/proxy", "ServiceProxyOptions"),
    ]),
    "/apis/apps/v1": resources("apps/v1", [
      resource("deployments", "Deployment"),
      resource("statefulsets", "StatefulSet"),
    ]),
    "/apis/autoscaling/v2": resources("autoscaling/v2", [
      resource("horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    ]),
    "/apis/authorization.k8s.io/v1": resources("authorization.k8s.io/v1", [
      {
        ...resource("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
        namespaced: false,
        verbs: ["create"],
      },
    ]),
  };
  return fixed[path];
}

function group(name: string): Record<string, unknown> {
  const version = { groupVersion: name, version: name.split("/")[1] };
  return { name: name.split("/")[0], versions: [version], preferredVersion: version };
}

function resources(groupVersion: string, list: readonly unknown[]): Record<string, unknown> {
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: list };
}

function resource(name: string, kind: string): Record<string, unknown> {
  return { name, singularName: kind.toLowerCase(), namespaced: true, kind, verbs: ["get", "list"] };
}
