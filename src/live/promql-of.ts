import { namesOf, type Measure, type Split } from "./measure";
import type { Scope } from "./scope";

/** A measure as PromQL: what the panel asks, and what "copy query" gives. */
export function promqlOf(measure: Measure, scope: Scope, split: Split): string {
  const by = split === "none" ? undefined : split === "pod" ? scope.podLabel : split;
  switch (measure.kind) {
    case "gauge":
      return aggregate(measure.across, by, either(measure.metric, "", scope, plain));
    case "rate":
      return aggregate("sum", by, either(measure.metric, "", scope, rate(scope)));
    case "ratio": {
      const [of, to] = [measure.of, measure.to].map((metric) =>
        aggregate("sum", by, either(metric, "", scope, rate(scope))),
      );
      return `${of} / ${to}`;
    }
    case "quantile": {
      const buckets = either(measure.metric, "_bucket", scope, rate(scope));
      return `histogram_quantile(${measure.q}, sum by (${by === undefined ? "le" : `le, ${by}`}) (${buckets}))`;
    }
  }
}

function aggregate(operator: "sum" | "max", by: string | undefined, inner: string): string {
  return by === undefined ? `${operator}(${inner})` : `${operator} by (${by}) (${inner})`;
}

/** The new name where it exists and the old one where only that does; inside the sum, so that a mixed fleet counts whole. */
function either(metric: string, suffix: string, scope: Scope, read: (selector: string) => string): string {
  return namesOf(metric)
    .map((name) => read(selector(name + suffix, scope)))
    .join(" or ");
}

function selector(name: string, { prefix, matchers }: Scope): string {
  const spelled = prefix === "vllm_" ? name.replace(/^vllm:/, "vllm_") : name;
  return matchers === "" ? spelled : `${spelled}{${matchers}}`;
}

const plain = (text: string): string => text;

function rate({ windowSeconds }: Scope): (text: string) => string {
  return (text) => `rate(${text}[${windowSeconds}s])`;
}
