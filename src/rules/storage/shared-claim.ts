import { contains } from "../../base/span";
import { mountsOf } from "../../kubernetes/volumes";
import { canSetArgument, setArgument } from "../../vllm/edit-arguments";
import type { Setting, VllmServer } from "../../vllm/model";
import { formatBlock, type Plain } from "../../yaml/format";
import { mapsAt, textAt } from "../../yaml/node";
import type { Fix } from "../define";
import { nameForObjects } from "../places";
import { addMount, addVolume, freeVolumeName } from "../pod-volumes";
import type { WrittenOut } from "../written-out";

const MODEL = "--model";
const SERVED_NAME = "--served-model-name";

/** The parts of the change: where the weights lie, and under which names. */
interface Layout {
  readonly model: string;
  readonly claim: string;
  readonly mountPath: string;
  readonly path: string;
  readonly storage: string;
}

/**
 * Serves the model from a claim that a Job fills once: adds claim and Job, mounts the claim read-only and names the model by its
 * path, under the name that clients know it by. Undefined when the model is not written out in the server's own arguments.
 */
export function sharedClaimFix(
  server: VllmServer,
  whole: WrittenOut,
  model: string,
  checkpointGib: number | undefined,
): Fix | undefined {
  const setting = server.engine.settings.get(MODEL);
  if (!setting || !isOwnWord(server, setting, model) || server.multiNode || server.object.node.flow)
    return undefined;
  const layout = layoutOf(server, whole, model, checkpointGib);
  return {
    title: `Serve from claim \`${layout.claim}\`, filled once by a Job`,
    apply(editor) {
      // Inner things first: what lands at the same place stays in this order.
      setArgument(editor, server, MODEL, layout.path);
      if (server.engine.absent(SERVED_NAME)) setArgument(editor, server, SERVED_NAME, model);
      const name = freeVolumeName(whole.pod, "model-weights");
      addMount(editor, whole.container, { name, mountPath: layout.mountPath, readOnly: true });
      addVolume(editor, whole.pod, {
        name,
        persistentVolumeClaim: { claimName: layout.claim, readOnly: true },
      });
      editor.appendDocument(server.object.doc, claimAndJob(server, whole, layout));
    },
  };
}

/** Written as such among the arguments, and read from there by no other option. */
function isOwnWord(server: VllmServer, setting: Setting, model: string): boolean {
  const { doc, span } = setting.valueAt;
  const place = server.argumentsNode;
  if (place === undefined || place.node.doc !== doc || !contains(place.node.span, span)) return false;
  if (!doc.text.slice(span.start, span.end).includes(model) || !canSetArgument(server, MODEL)) return false;
  if (server.engine.absent(SERVED_NAME) && !canSetArgument(server, SERVED_NAME)) return false;
  return server.engine.bindings.every(
    (other) => other === setting || other.valueAt.doc !== doc || other.valueAt.span.start !== span.start,
  );
}

function layoutOf(
  server: VllmServer,
  { container }: WrittenOut,
  model: string,
  gib: number | undefined,
): Layout {
  const taken = mountsOf(container).some(
    ({ path }) => path === undefined || path === "/models" || path.startsWith("/models/"),
  );
  const mountPath = taken ? "/mnt/weights" : "/models";
  const size = gib === undefined ? 100 : Math.ceil((gib * 1.3) / 10) * 10;
  return {
    model,
    claim: `${nameForObjects(server)}-weights`.slice(0, 57),
    mountPath,
    path: `${mountPath}/${model.split("/").at(-1)}`,
    storage: `${size}Gi`,
  };
}

function claimAndJob(server: VllmServer, whole: WrittenOut, layout: Layout): string {
  const { namespace } = server.object;
  const where = namespace === undefined ? {} : { namespace };
  const claim: Plain = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: layout.claim, ...where },
    spec: {
      accessModes: ["ReadWriteMany", "ReadOnlyMany"],
      resources: { requests: { storage: layout.storage } },
    },
  };
  const job: Plain = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${layout.claim}-fill`, ...where },
    spec: { backoffLimit: 4, template: { spec: fillingPod(server, whole, layout) } },
  };
  const notes = [
    "# Written once by the Job below, then read by every replica. The storage class has to offer shared file storage;",
    "# the size is 1.3 times the weights.",
  ].join("\n");
  const claimText = formatBlock("", claim, 0).trimEnd();
  return `${notes}\n${claimText}\n---\n# Downloads the weights; the servers start once it is done.\n${formatBlock("", job, 0)}`;
}

function fillingPod(server: VllmServer, whole: WrittenOut, layout: Layout): Plain {
  const token = tokenVariable(whole);
  const script = [
    "from huggingface_hub import snapshot_download",
    `snapshot_download("${layout.model}", local_dir="${layout.path}", ignore_patterns=["original/*"])`,
    "",
  ].join("\n");
  return {
    restartPolicy: "OnFailure",
    containers: [
      {
        name: "download",
        image: server.image?.text ?? "",
        command: ["python3", "-c"],
        args: [script],
        ...(token ? { env: [token] } : {}),
        volumeMounts: [{ name: "weights", mountPath: layout.mountPath }],
      },
    ],
    volumes: [{ name: "weights", persistentVolumeClaim: { claimName: layout.claim } }],
  };
}

/** The server's own token for the Hub, when it comes from a Secret. */
function tokenVariable({ container }: WrittenOut): Plain | undefined {
  for (const item of mapsAt(container.node, "env")) {
    if (!/^(HF_TOKEN|HUGGING_FACE_HUB_TOKEN)$/.test(textAt(item, "name") ?? "")) continue;
    const name = textAt(item, "valueFrom", "secretKeyRef", "name");
    const key = textAt(item, "valueFrom", "secretKeyRef", "key");
    if (name !== undefined && key !== undefined) {
      return { name: "HF_TOKEN", valueFrom: { secretKeyRef: { name, key } } };
    }
  }
  return undefined;
}
