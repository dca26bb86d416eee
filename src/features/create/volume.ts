import { isAtLeast } from "../../vllm/version";
import type { Plain } from "../../yaml/format";
import { claimOf, imageOf, metadataOf, type Design } from "./deployment";

/** What the claim holds, as a multiple of the weights: a second revision while one is changed for the other. */
const ROOM = 1.3;

/** GiB to ask for, in steps of ten. */
export function claimGib(checkpointGib: number): number {
  return Math.ceil((checkpointGib * ROOM) / 10) * 10;
}

/** A volume for the weights that all replicas read. */
export function claim(design: Design, gib: number, storageClass: string | undefined): Plain {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { ...metadataOf(design), name: claimOf(design) },
    spec: {
      accessModes: ["ReadWriteMany"],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage: `${gib}Gi` } },
    },
  };
}

/** Downloads the weights once; run again, it fetches only what has changed. */
export function fillJob(design: Design): Plain {
  const name = `${claimOf(design)}-fill`;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadataOf(design), name },
    spec: {
      backoffLimit: 4,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          restartPolicy: "OnFailure",
          enableServiceLinks: false,
          containers: [fill(design)],
          volumes: [{ name: "models", persistentVolumeClaim: { claimName: claimOf(design) } }],
        },
      },
    },
  };
}

/** Images before it have a huggingface_hub from before 0.34, which named its command anew: https://huggingface.co/blog/hf-cli */
const HF = "0.10.2";

function fill({ model, version }: Design): Plain {
  const secret = { name: "hf-token", key: "token", optional: true };
  return {
    name: "fill",
    image: imageOf(version),
    command: [isAtLeast(version, HF) ? "hf" : "huggingface-cli", "download"],
    args: [model, `--local-dir=/models/${model}`],
    env: [{ name: "HF_TOKEN", valueFrom: { secretKeyRef: secret } }],
    resources: { requests: { cpu: "2", memory: "8Gi" }, limits: { memory: "8Gi" } },
    volumeMounts: [{ name: "models", mountPath: "/models" }],
  };
}
