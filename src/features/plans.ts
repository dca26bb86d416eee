import { estimateServerLoad, type LoadEstimate } from "../sizing/load";
import type { MemoryPlan } from "../sizing/plan-types";
import { planServer } from "../sizing/server";
import type { VllmServer } from "../vllm/model";
import type { Assumptions } from "./settings";

/** Memory plans and load estimates, each computed once per server: findings, hover, lens and CLI read the same one. */
export class Plans {
  private readonly plansByServer = new WeakMap<VllmServer, MemoryPlan>();
  private readonly loads = new WeakMap<VllmServer, LoadEstimate>();

  constructor(private readonly assume: Assumptions) {}

  readonly plan = (server: VllmServer): MemoryPlan => {
    let plan = this.plansByServer.get(server);
    if (!plan) {
      plan = planServer(server, { gpu: this.assume.gpu });
      this.plansByServer.set(server, plan);
    }
    return plan;
  };

  readonly load = (server: VllmServer): LoadEstimate => {
    let load = this.loads.get(server);
    if (!load) {
      load = estimateServerLoad(server, this.plan(server));
      this.loads.set(server, load);
    }
    return load;
  };
}
