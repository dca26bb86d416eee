import assert from "node:assert/strict";
import {
  isReadOnly,
  mountAt,
  mountCovering,
  mountsAreOpen,
  mountsOf,
  volumesOf,
} from "../../src/kubernetes/volumes";
import { firstContainer, firstPod, pod, textOf } from "./support";

const TEXT = pod({
  spec: `
volumes:
  - { name: shm, emptyDir: { medium: Memory, sizeLimit: 8Gi } }
  - { name: tmp, emptyDir: {} }
  - name: nothing
  - { name: models, persistentVolumeClaim: { claimName: weights, readOnly: true } }
  - { name: host, hostPath: { path: /data } }
  - { name: config, configMap: { name: vllm-config } }
  - { name: token, secret: { secretName: hf } }
  - { name: oci, image: { reference: "registry/model:1" } }
  - { name: gcs, csi: { driver: gcsfuse.csi.storage.gke.io, readOnly: true } }
  - { name: scratch, ephemeral: { volumeClaimTemplate: {} } }
  - { name: share, nfs: { server: s, path: /p } }
  - { name: odd, projected: {} }
`,
  container: `
volumeMounts:
  - { name: shm, mountPath: /dev/shm }
  - { name: tmp, mountPath: /root/.cache/ }
  - { name: models, mountPath: /root/.cache/huggingface }
  - { name: host, mountPath: /data, readOnly: true, subPath: a }
  - { name: config, mountPath: /etc/vllm }
  - { name: lost, mountPath: /lost }
`,
});

describe("volumes", () => {
  it("are read by their kind", () => {
    const kinds = [...volumesOf(firstPod(TEXT)).values()].map(
      ({ name, source }) => `${name}: ${source.kind}`,
    );
    assert.deepEqual(kinds, [
      "shm: emptyDir", "tmp: emptyDir", "nothing: emptyDir", "models: pvc", "host: hostPath", "config: configMap", "token: secret",
      "oci: image", "gcs: csi", "scratch: ephemeral", "share: nfs", "odd: other",
    ]); // prettier-ignore
  });

  it("include the claim templates of a StatefulSet", () => {
    const found = firstPod(`
apiVersion: apps/v1
kind: StatefulSet
spec:
  template: { spec: { containers: [{ name: a, image: a, volumeMounts: [{ name: data, mountPath: /data }] }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]
`);
    assert.equal(volumesOf(found).get("data")?.source.kind, "claimTemplate");
    const [container] = found.containers;
    assert.equal(container && mountAt(container, "/data")?.volume?.source.kind, "claimTemplate");
  });
});

describe("mounts", () => {
  const container = firstContainer(TEXT);

  it("know their volume", () => {
    const shm = mountAt(container, "/dev/shm");
    assert.ok(shm?.volume?.source.kind === "emptyDir");
    assert.equal(shm.volume.source.inMemory, true);
    assert.equal(textOf(shm.volume.source.sizeLimit), "8Gi");
    assert.equal(mountAt(container, "/lost")?.volume, undefined);
    assert.equal(mountAt(container, "/dev"), undefined);
  });

  it("are compared without a trailing slash", () => {
    assert.equal(mountAt(container, "/root/.cache")?.volumeName, "tmp");
    assert.equal(mountAt(container, "/dev/shm/")?.volumeName, "shm");
  });

  for (const [path, volume] of [
    ["/root/.cache/huggingface/hub", "models"],
    ["/root/.cache/vllm", "tmp"],
    ["/root/.cache2", undefined],
    ["/dev/shm", "shm"],
    ["/", undefined],
  ] as const) {
    it(`cover ${path}`, () => assert.equal(mountCovering(container, path)?.volumeName, volume));
  }

  it("are read-only by themselves or by their volume", () => {
    const readOnly = mountsOf(container)
      .filter(isReadOnly)
      .map((mount) => mount.volumeName);
    assert.deepEqual(readOnly, ["models", "host", "config"]);
    assert.equal(mountAt(container, "/data")?.subPath, true);
  });

  it("may be more than in view", () => {
    assert.equal(mountsAreOpen(container), false);
    for (const part of [
      { container: 'volumeMounts: "{{ .Values.mounts }}"' },
      { container: "volumeMounts:\n  - { name: a, mountPath: /a }\n  {{- toYaml .Values.mounts | nindent 8 }}" },
      { container: "volumeMounts: [{ name: a, mountPath: \"${WHERE}\" }]" },
      { spec: "volumes:\n  {{- toYaml .Values.volumes | nindent 4 }}\n  - { name: a }" },
    ]) assert.equal(mountsAreOpen(firstContainer(pod(part))), true, JSON.stringify(part)); // prettier-ignore
  });
});
