import type { Service } from "../../src/service";
import { serviceWith as serviceOf } from "../service";

/** A server in a Deployment, with what differs between the tests put in. */
export function deployment(parts: {
  readonly node?: string;
  readonly run?: string;
  readonly gpu?: string;
}): string {
  const {
    node = "nodeSelector: { cloud.google.com/gke-accelerator: nvidia-l4 } # the small ones",
    run = RUN.list,
    gpu = "1",
  } = parts;
  return `# keep this comment
apiVersion: apps/v1
kind: Deployment
metadata: { name: chat, namespace: models }
spec:
  replicas: 1
  strategy: { type: Recreate }
  selector: { matchLabels: { app: chat } }
  template:
    metadata: { labels: { app: chat } }
    spec:
      ${node}
      terminationGracePeriodSeconds: 120
      containers:
        - name: vllm # and this one
          image: "vllm/vllm-openai:v0.11.0"
${run}
          ports: [{ containerPort: 8000 }]
          startupProbe: { httpGet: { path: /health, port: 8000 }, periodSeconds: 10, failureThreshold: 360 }
          resources:
            requests: { cpu: "8", nvidia.com/gpu: ${gpu} }
            limits:
              nvidia.com/gpu: ${gpu} # one card
`;
}

export const RUN = {
  list: `          args:
            - --model=Qwen/Qwen3-8B # the model
            - "--max-model-len=8192"`,
  pairs: `          args: ["--model", "meta-llama/Llama-3.1-8B-Instruct", "--max-model-len", "16384", "--tensor-parallel-size", "1"]`,
  shell: `          command: [bash, -c]
          args:
            - |
              # starts the server
              exec vllm serve Qwen/Qwen3-32B \\
                --max-model-len 8k \\
                --gpu-memory-utilization 0.9`,
  variable: `          env:
            - { name: MODEL, value: 'Qwen/Qwen3-14B' }
          args: [--model, $(MODEL), --max-model-len, "4096", --kv-cache-dtype, fp8]`,
};

/** Named as the editor names it, a file in a folder of its own. */
export const PATH = "folder/server.yaml";

export const serviceWith = (text: string): Service => serviceOf({ [PATH]: text });
