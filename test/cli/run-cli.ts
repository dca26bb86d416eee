import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";

const ROOT = resolve(__dirname, "..", "..");

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as people get it: one bundle, in a process of its own, in a folder of its own. */
export class Cli {
  readonly folder = mkdtempSync(join(tmpdir(), "vllm-k8s-cli-"));
  readonly bundle = join(this.folder, ".bundle", "cli.js");

  constructor({ withLanguageServer = false } = {}) {
    this.build("src/hosts/cli/main.ts", this.bundle);
    if (withLanguageServer) this.build("src/hosts/lsp/main.ts", join(dirname(this.bundle), "lsp.js"));
    // A repository of its own, so that no config file above the temporary folder has a say.
    mkdirSync(join(this.folder, ".git"));
  }

  private build(entry: string, outfile: string): void {
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20",
      logLevel: "error",
    });
  }

  write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  run(args: readonly string[], { stdin = "", env = {}, cwd = "." } = {}): Outcome {
    const result = spawnSync(process.execPath, [this.bundle, ...args], {
      cwd: this.path(cwd),
      input: stdin,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...env },
      timeout: 15_000,
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  }

  /** As `run`, for a process that talks to a server of the test. */
  start(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
    const options = { cwd: this.folder, env: { PATH: process.env.PATH, ...env }, timeout: 15_000 };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [this.bundle, ...args], options, (_, out, err) => {
        resolve({ code: child.exitCode, out, err });
      });
    });
  }

  clean(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An error (the Service's variables) and a warning (no startup probe), both with safe fixes. */
export const BAD = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  selector:
    matchLabels: {app: chat}
  template:
    metadata:
      labels: {app: chat}
    spec:
      nodeSelector:
        nvidia.com/gpu.product: NVIDIA-L4
      containers:
        - name: server
          image: vllm/vllm-openai:v0.11.0
          args:
            - --model=Qwen/Qwen2.5-7B-Instruct
            - --max-model-len=8192
            - --tensor-parallel-size=2
          livenessProbe:
            httpGet: {path: /health, port: 8000}
            timeoutSeconds: 1
          resources:
            limits:
              nvidia.com/gpu: "2"
---
apiVersion: v1
kind: Service
metadata:
  name: vllm
spec:
  selector: {app: chat}
  ports:
    - port: 8000
`;

export const PLAIN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n";
