import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConsentRequest } from "../../src/hosts/vscode/live/session/connection";
import type { SessionEnvironment } from "../../src/hosts/vscode/live/session/environment";
import { LiveSession } from "../../src/hosts/vscode/live/session/live-session";
import type { LiveManifest } from "../../src/live/manifest";
import { liveManifest } from "../../src/features/live";
import { createService } from "../../src/service";
import { DEFAULT_SETTINGS } from "../../src/features/settings/settings";
import { startApiServer, type ApiServer } from "./cluster/api-server";
import { base64File, makeCertificates, type Certificates } from "./cluster/certificates";
import type { Cluster } from "./cluster/objects";
import { podNames, startFleet, type Fleet, type FleetOptions } from "./fleet/fleet";

export const TOKEN = "planted-token-Zx81-do-not-show";

/** A fleet, a cluster around it and the API server in front: what a session is connected to. */
export interface World {
  readonly folder: string;
  readonly certificates: Certificates;
  readonly fleet: Fleet;
  readonly cluster: Cluster;
  api: ApiServer;
  readonly kubeconfig: string;
  writeKubeconfig(change?: KubeconfigChange): void;
  /** A session that thinks the manifest is open, and what it logged. */
  session(
    options?: Partial<SessionEnvironment> & { refreshMs?: number; manifest?: () => LiveManifest },
  ): TestedSession;
  stop(): Promise<void>;
}

export interface TestedSession {
  readonly session: LiveSession;
  readonly logs: string[];
  readonly asked: ConsentRequest[];
  readonly until: (what: string, accept: (session: LiveSession) => boolean) => Promise<void>;
}

export interface KubeconfigChange {
  readonly context?: string;
  readonly user?: Record<string, unknown>;
  readonly cluster?: Record<string, unknown>;
}

export interface WorldOptions {
  readonly pods?: number;
  readonly engine?: FleetOptions["engine"];
  readonly now?: () => number;
  /** Seconds that the fleet has been there already. */
  readonly age?: number;
}

export async function startWorld({
  pods = 2,
  engine = someEngines,
  now,
  age = 0,
}: WorldOptions = {}): Promise<World> {
  const certificates = makeCertificates();
  const names = podNames("vllm-chat", pods);
  const fleet = await startFleet({ names, engine, age, ...(now ? { now } : {}) });
  const cluster = clusterOf(fleet);
  const api = await startApiServer({ certificates, cluster });
  api.tokens.set(TOKEN, "dev");
  const folder = mkdtempSync(join(tmpdir(), "live-world-"));
  const kubeconfig = join(folder, "config");
  const sessions: LiveSession[] = [];
  const world: World = {
    folder,
    certificates,
    fleet,
    cluster,
    api,
    kubeconfig,
    writeKubeconfig: (change) => writeFileSync(kubeconfig, kubeconfigText(world, change)),
    session: (options = {}) => startSession(world, sessions, options),
    stop: async () => {
      for (const session of sessions) session.disconnect();
      await world.api.stop();
      await fleet.stop();
      certificates.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  world.writeKubeconfig();
  return world;
}

const someEngines: FleetOptions["engine"] = (i) => ({
  generation: i % 2 === 0 ? "v1" : "v0",
  model: "Qwen/Qwen2.5-7B-Instruct",
  seed: i + 1,
});

function clusterOf(fleet: Fleet): Cluster {
  const labels = { app: "vllm-chat" };
  return {
    pods: fleet.pods.map(({ name, port }, i) => ({
      namespace: "chat",
      name,
      uid: `uid-${i}`,
      labels,
      ports: { 8000: port },
    })),
    services: [
      {
        namespace: "chat",
        name: "vllm-chat",
        labels,
        ports: [{ name: "http", port: 80, backend: fleet.pods[0]?.port }],
      },
    ],
    workloads: [
      {
        namespace: "chat",
        name: "vllm-chat",
        kind: "Deployment",
        labels,
        replicas: fleet.pods.length,
        ready: fleet.pods.length,
      },
    ],
    scalers: [],
  };
}

function kubeconfigText(
  { api, certificates }: World,
  { context = "test", user, cluster }: KubeconfigChange = {},
): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [
      {
        name: "lab",
        cluster: { server: api.url, "certificate-authority-data": base64File(certificates.ca), ...cluster },
      },
    ],
    users: [{ name: "dev", user: user ?? { token: TOKEN } }],
    contexts: [
      { name: "test", context: { cluster: "lab", user: "dev", namespace: "chat" } },
      { name: "production", context: { cluster: "lab", user: "dev", namespace: "chat" } },
    ],
  });
}

function startSession(
  world: World,
  sessions: LiveSession[],
  { refreshMs = 60, ...options }: Partial<SessionEnvironment> & { refreshMs?: number },
): TestedSession {
  const logs: string[] = [];
  const asked: ConsentRequest[] = [];
  const listeners = new Set<() => void>();
  const manifest = liveManifestOf(MANIFEST);
  const session = new LiveSession(
    {
      env: { ...process.env, KUBECONFIG: world.kubeconfig },
      now: () => Date.now(),
      random: () => 0.5,
      after: (milliseconds, run) => {
        // Waiting minutes for a retry would only slow the test down.
        const timer = setTimeout(run, Math.min(milliseconds, 150));
        return { cancel: () => clearTimeout(timer) };
      },
      confirm: (request) => {
        asked.push(request);
        return Promise.resolve(true);
      },
      manifest: () => manifest,
      changed: () => listeners.forEach((each) => each()),
      log: (text) => logs.push(text),
      ...options,
    },
    refreshMs,
  );
  sessions.push(session);
  const until = (what: string, accept: (session: LiveSession) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(check);
        reject(
          new Error(
            `waited for ${what}; the session is ${session.phase}: ${session.failure?.message ?? "no failure"}`,
          ),
        );
      }, 8000);
      const check = (): void => {
        if (!accept(session)) return;
        clearTimeout(timer);
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  return { session, logs, asked, until };
}

export function liveManifestOf(text: string): LiveManifest {
  const service = createService({
    settings: () => DEFAULT_SETTINGS,
    today: () => "2026-11-24",
    ruleFailed: (_, error) => assertNever(error),
  });
  service.setFile("/m/chat.yaml", text);
  return service.answer("/m/chat.yaml", liveManifest);
}

function assertNever(error: unknown): never {
  throw error;
}

/** The manifest of what the fleet plays. */
export const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: vllm-chat, namespace: chat }
spec:
  replicas: 2
  selector: { matchLabels: { app: vllm-chat } }
  template:
    metadata: { labels: { app: vllm-chat } }
    spec:
      nodeSelector: { nvidia.com/gpu.product: NVIDIA-L4 }
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          args: ["--model=Qwen/Qwen2.5-7B-Instruct", "--max-model-len=8192", "--max-num-seqs=64"]
          resources: { limits: { nvidia.com/gpu: 1 } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: vllm-chat, namespace: chat }
spec:
  scaleTargetRef: { name: vllm-chat }
  minReplicaCount: 1
  maxReplicaCount: 8
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring.svc:9090
        threshold: "5"
        query: sum(vllm:num_requests_waiting{namespace="chat"})
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: vllm, namespace: chat }
spec:
  groups:
    - name: vllm
      rules:
        - alert: SlowFirstToken
          expr: histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m]))) > 2
        - alert: CacheFull
          expr: max(vllm:kv_cache_usage_perc) > 0.95
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: vllm, namespace: chat }
spec:
  selector: { matchLabels: { app: vllm-chat } }
  endpoints: [{ port: http }]
`;
