import { acceleratorOf } from "../../kubernetes/accelerators";
import { fieldOf } from "../../kubernetes/containers";
import { allEntries } from "../../kubernetes/entries";
import type { Container } from "../../kubernetes/model";
import { quantityAt, quantityValue } from "../../kubernetes/quantity";
import { asScalar, mapAt, spotOf, type YamlMap, type YamlScalar } from "../../yaml/node";
import { defineRule, type Fix, type Report } from "../define";

export const gpuRequestsLimits = defineRule({
  id: "scheduling/gpu-requests-limits",
  severity: "error",
  fix: "suggested",
  subject: "server",
  summary: "The accelerators in requests and limits are not the same whole number.",
  why: `Accelerators are extended resources, and those cannot be shared or promised twice: Kubernetes wants them in \`limits\`, as a whole number, and takes the
request from there. A pod that names them only in \`requests\`, another number there, or half a card is refused by the API server; a Deployment is
accepted and then never gets a pod. Parts of a card need time slicing, MPS or MIG, which have names of their own.`,
  sources: [
    "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/#using-device-plugins",
    "https://kubernetes.io/docs/tasks/configure-pod-container/extended-resource/",
  ],
  check({ container, form, object }, report) {
    if (!container || form !== "pod" || container.pod.partial || object.partial) return;
    const resources = mapAt(fieldOf(container, "resources"));
    if (!resources || resources.open) return;
    const limits = mapAt(resources, "limits");
    for (const { key, value } of entriesOf(mapAt(resources, "requests"))) {
      const request = asScalar(value);
      if (!request || key.templated || !isAccelerator(key.text)) continue;
      reportRequest(container, { resource: key.text, key, request, limits, resources }, report);
    }
    for (const { key, value } of entriesOf(limits)) {
      const amount = isAccelerator(key.text) ? quantityAt(value) : undefined;
      const count = amount && quantityValue(amount);
      if (count !== undefined && value && !Number.isInteger(count))
        reportFraction(key.text, count, value, report);
    }
  },
});

function entriesOf(map: YamlMap | undefined): ReturnType<typeof allEntries> {
  return map ? allEntries(map) : [];
}

/** Dynamo's own \`gpu\` and the shares of a card that some device plugins hand out are no extended resources of this kind. */
function isAccelerator(resource: string): boolean {
  return resource.includes("/") && acceleratorOf(resource) !== undefined;
}

interface Requested {
  readonly resource: string;
  readonly key: YamlScalar;
  readonly request: YamlScalar;
  readonly limits: YamlMap | undefined;
  readonly resources: YamlMap;
}

function reportRequest(container: Container, asked: Requested, report: Report): void {
  const { resource, key, request, limits } = asked;
  const wanted = quantityAt(request);
  const limit = limits?.get(resource);
  if (limit === undefined) {
    if (limits?.open) return;
    report(spotOf(key), {
      message: `\`${resource}\` is requested and has no limit; Kubernetes refuses the pod.`,
      advice: "Set the same number as its limit.",
      fixes: limitFix(container, asked),
    });
    return;
  }
  const given = quantityAt(limit);
  if (wanted === undefined || given === undefined || wanted.nano === given.nano) return;
  const limitNode = asScalar(limit);
  report(spotOf(request), {
    message: `\`${request.text}\` of \`${resource}\` are requested and the limit is \`${limitNode?.text ?? ""}\`; they must be equal.`,
    advice: "Write the same number in both.",
    related: limitNode ? [{ at: spotOf(limitNode), message: "The limit" }] : [],
    fixes: limitNode
      ? [
          {
            title: `Request \`${limitNode.text}\``,
            apply: (editor) => editor.setScalar(request, Number(limitNode.text)),
          },
        ]
      : [],
  });
}

function limitFix({ node }: Container, { resource, request, resources }: Requested): readonly Fix[] {
  const count = Number(request.text);
  if (!Number.isInteger(count) || node.flow || resources.flow) return [];
  return [
    {
      title: `Set the limit of \`${resource}\` to \`${count}\``,
      apply: (editor) => editor.setPath(resources, ["limits", resource], count),
    },
  ];
}

function reportFraction(
  resource: string,
  count: number,
  value: { readonly kind: string },
  report: Report,
): void {
  if (value.kind !== "scalar") return;
  report(spotOf(value as YamlScalar), {
    message: `\`${resource}\` is counted in whole devices; \`${count}\` is refused.`,
    advice: "Ask for whole devices, or for the resource of a time-sliced or MIG device.",
  });
}
