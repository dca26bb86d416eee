import { textAt } from "../yaml/node";
import type { QuerySite } from "./model";
import { queryOf } from "./promql";

/**
 * The names under which prometheus-adapter's rules in view serve metrics to HPAs; undefined when a rule makes names from a pattern that
 * cannot be followed. https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md#naming
 */
export function adapterNames(sites: readonly QuerySite[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const site of sites) {
    if (site.place !== "adapter" || site.text !== site.node.get("seriesQuery")) continue;
    const name = servedName(site);
    if (name === undefined) return undefined;
    names.add(name);
  }
  return names;
}

function servedName(site: QuerySite): string | undefined {
  const [as, matches] = [textAt(site.node, "name", "as"), textAt(site.node, "name", "matches")];
  if (site.text.templated || as?.includes("{{")) return undefined;
  if (as !== undefined && as !== "" && !as.includes("$")) return as;
  // Without a pattern the series keeps its name.
  return (as ?? "") === "" && (matches ?? "") === "" ? seriesName(site) : undefined;
}

function seriesName(site: QuerySite): string | undefined {
  const [selector] = queryOf(site).selectors;
  const pattern = selector?.matchers.find(({ label }) => label === "__name__");
  const name =
    selector?.name ?? (pattern?.operator === "=~" ? pattern.value.replace(/^\^|\$$/g, "") : undefined);
  return name !== undefined && /^[\w:]+$/.test(name) ? name : undefined;
}
