import { readsVllm } from "../../metrics/triggers";
import { targetServers } from "../../autoscaling/target";
import type { Scaler } from "../../kubernetes/model";
import type { View } from "../context";

/** True when a scaler is ours to judge: it reads vLLM's metrics, or scales a vLLM server in view. */
export function concernsVllm(scaler: Scaler, view: View): boolean {
  return readsVllm(scaler) || view.select((all) => targetServers(scaler, all.servers())).length > 0;
}
