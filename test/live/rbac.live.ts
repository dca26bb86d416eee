import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Rule } from "./cluster/rbac";
import { observedWorld } from "./observed-world";

interface Role {
  readonly kind: "Role" | "ClusterRole";
  readonly metadata: { readonly namespace?: string };
  readonly rules: readonly { readonly verbs: readonly string[]; readonly resources: readonly string[] }[];
}

/** The rights that docs/live.md names, one verb on one resource each. */
function documentedRights(): readonly Rule[] {
  const page = readFileSync(join(__dirname, "..", "..", "docs", "live.md"), "utf8");
  const [, yaml = ""] = /```yaml\n(apiVersion: rbac[^]*?)```/.exec(page) ?? [];
  return parseAllDocuments(yaml).flatMap((document) => {
    const { metadata, rules } = document.toJS() as Role;
    const where = metadata.namespace === undefined ? {} : { namespaces: [metadata.namespace] };
    return rules.flatMap(({ verbs, resources }) =>
      resources.map((resource) => ({ verbs, resources: [resource], ...where })),
    );
  });
}

describe("the rights of docs/live.md", function () {
  this.timeout(60_000);
  const observed = observedWorld(3);
  const rights = documentedRights();

  /** What was refused, wherever a person reads of it. */
  async function refused(granted: readonly Rule[], pods: boolean): Promise<string> {
    observed.world.api.rules.set("dev", granted);
    const { session, logs, until } = observed.world.session();
    if (pods) session.choice = { kind: "pods" };
    await session.connect();
    await until("an answer", ({ phase, observations }) => phase === "failed" || observations !== undefined);
    const said = [session.failure?.message, session.partial, session.observations?.unchecked, ...logs];
    session.disconnect();
    return said.filter((text) => text?.includes("Not allowed")).join("\n");
  }

  it("are all that is needed, with a Prometheus and without", async () => {
    assert.ok(rights.length >= 6);
    assert.equal(await refused(rights, false), "");
    assert.equal(await refused(rights, true), "");
  });

  for (const right of rights) {
    const { verbs, resources, namespaces } = right;
    const [verb, resource] = [verbs.join(), resources.join()];
    const where = namespaces === undefined ? "in all namespaces" : `in namespace ${namespaces.join()}`;
    // The fleet is a Deployment, and a right in all namespaces is one in its own as well.
    if (resource === "statefulsets" || (resource === "services" && namespaces)) continue;
    it(`need ${verb} ${resource} ${where}, which is named when it is missing`, async () => {
      const others = rights.filter((each) => each !== right);
      const said = await refused(others, resource === "pods/proxy");
      assert.match(said, new RegExp(`Not allowed to ${verb} ${resource} ${where}`));
    });
  }

  it("need services of the workload's namespace where those of the cluster are not to be seen", async () => {
    const own = rights.filter(({ resources, namespaces }) => !resources.includes("services") || namespaces);
    assert.doesNotMatch(await refused(own, true), /services/);
    const none = own.filter(({ resources }) => !resources.includes("services"));
    assert.match(await refused(none, true), /Not allowed to list services in namespace chat/);
  });
});
