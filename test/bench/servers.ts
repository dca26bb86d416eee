/** Servers of a made-up team, in the two ways people start them. */

export interface Size {
  readonly model: string;
  readonly gpus: number;
  readonly gpu: string;
  readonly length: number;
}

export function deployment(name: string, { model, gpus, gpu, length }: Size): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: models
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: assistant
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "8000"
    spec:
      nodeSelector:
        nvidia.com/gpu.product: ${gpu}
      tolerations:
        - key: nvidia.com/gpu
          operator: Exists
          effect: NoSchedule
      containers:
        - name: server
          image: vllm/vllm-openai:v0.11.0
          args:
            - --model
            - ${model}
            - --served-model-name=${name}
            - --tensor-parallel-size
            - "${gpus}"
            - --max-model-len=${length}
            - --gpu-memory-utilization=0.9
            - --port=8000
          env:
            - name: HF_TOKEN
              valueFrom:
                secretKeyRef:
                  name: hugging-face
                  key: token
            - name: VLLM_LOGGING_LEVEL
              value: INFO
          ports:
            - name: http
              containerPort: 8000
          readinessProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 10
          livenessProbe:
            httpGet:
              path: /health
              port: http
            initialDelaySeconds: 60
            periodSeconds: 10
            failureThreshold: 3
          resources:
            requests:
              cpu: "4"
              memory: 32Gi
            limits:
              memory: 64Gi
              nvidia.com/gpu: "${gpus}"
          volumeMounts:
            - name: cache
              mountPath: /root/.cache/huggingface
      volumes:
        - name: cache
          persistentVolumeClaim:
            claimName: ${name}-cache
`;
}

/** The same started by a shell, as every third team has it. */
export function scripted(name: string, { model, gpus, gpu, length }: Size): string {
  return `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ${name}-batch
  namespace: models
  labels:
    app.kubernetes.io/name: ${name}-batch
    app.kubernetes.io/part-of: assistant
spec:
  serviceName: ${name}-batch
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}-batch
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}-batch
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - key: nvidia.com/gpu.product
                    operator: In
                    values: [${gpu}]
      terminationGracePeriodSeconds: 120
      containers:
        - name: server
          image: registry.example.com/inference/vllm-openai:v0.10.2
          command: ["/bin/bash", "-c"]
          args:
            - |
              set -euo pipefail
              export VLLM_WORKER_MULTIPROC_METHOD=spawn
              if [ -n "\${WARMUP:-}" ]; then
                echo "warming up"
              fi
              exec vllm serve ${model} \\
                --served-model-name ${name}-batch \\
                --tensor-parallel-size \${TENSOR_PARALLEL:-${gpus}} \\
                --max-model-len ${length} \\
                --max-num-seqs 64 \\
                --gpu-memory-utilization 0.92 \\
                --enable-prefix-caching \\
                --port 8000
          envFrom:
            - configMapRef:
                name: ${name}-settings
          ports:
            - name: http
              containerPort: 8000
          startupProbe:
            httpGet:
              path: /health
              port: 8000
            periodSeconds: 10
            failureThreshold: 90
          resources:
            limits:
              nvidia.com/gpu: ${gpus}
          volumeMounts:
            - name: shm
              mountPath: /dev/shm
      volumes:
        - name: shm
          emptyDir:
            medium: Memory
            sizeLimit: 8Gi
`;
}
