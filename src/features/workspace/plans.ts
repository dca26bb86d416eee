import { hostPlan, type HostPlan } from "../../sizing/host";
import { estimateServerLoad, type LoadEstimate } from "../../sizing/load";
import type { ModelFiles } from "../../sizing/model-files";
import type { MemoryPlan, PlanInput } from "../../sizing/plan-types";
import { planInput, planServer, type PlanOptions } from "../../sizing/server";
import { capacityOf, type Capacity } from "../../simulation/capacity";
import type { VllmServer } from "../../vllm/model";
import type { Assumptions } from "../settings/settings";

/** The files of a model as far as the host has them. */
export type ModelLookup = (id: string) => ModelFiles | undefined;

/** Memory plans and load estimates, each computed once per server: findings, hover, lens and CLI read the same one. */
export class Plans {
  private readonly plansByServer = new WeakMap<VllmServer, MemoryPlan>();
  private readonly hosts = new WeakMap<VllmServer, HostPlan>();
  private readonly loads = new WeakMap<VllmServer, LoadEstimate>();

  constructor(
    private readonly assume: Assumptions,
    private readonly modelFiles?: ModelLookup,
  ) {}

  readonly plan = (server: VllmServer): MemoryPlan => {
    let plan = this.plansByServer.get(server);
    if (!plan) {
      plan = planServer(server, this.options);
      this.plansByServer.set(server, plan);
    }
    return plan;
  };

  readonly host = (server: VllmServer): HostPlan => {
    let host = this.hosts.get(server);
    if (!host) {
      host = hostPlan(server, this.plan(server));
      this.hosts.set(server, host);
    }
    return host;
  };

  /** What the plan is made from, for plans of the same server with something changed. */
  input(server: VllmServer): PlanInput {
    return planInput(server, this.options);
  }

  private get options(): PlanOptions {
    const { gpu, calibrations } = this.assume;
    return { gpu, calibrations, modelFiles: this.modelFiles };
  }

  readonly load = (server: VllmServer): LoadEstimate => {
    let load = this.loads.get(server);
    if (!load) {
      load = estimateServerLoad(server, this.plan(server));
      this.loads.set(server, load);
    }
    return load;
  };

  /** What one replica of it can do, or what is missing to tell. */
  capacity(server: VllmServer): Capacity | { readonly problem: string } {
    return capacityOf(this.input(server), this.plan(server), this.load(server));
  }
}
