import { mapAt, mapsAt, scalarAt, textAt, type YamlMap, type YamlScalar } from "../yaml/node";
import { isFieldOpen, itemsOf } from "./containers";
import { allEntries } from "./entries";
import { expandReferences, joinPieces, type Replacement } from "./expansion";
import { isPlaceholder, knownText } from "./known";
import type { Container, KubeObject } from "./model";

/** Finds an object in view: same namespace, or both unset. */
export type ObjectLookup = (
  kind: string,
  name: string,
  namespace: string | undefined,
) => KubeObject | undefined;

export interface EnvVariable {
  readonly name: string;
  /** What the process sees; undefined when unknown: a Secret, a field, a template, a ConfigMap out of view. */
  readonly value: string | undefined;
  readonly source: EnvSource;
  /** The `env` item, or the ConfigMap's value for one that came through `envFrom`. */
  readonly node: YamlMap | YamlScalar;
  /** The scalar that holds the value, perhaps in another document. */
  readonly valueNode: YamlScalar | undefined;
}

export type EnvSource =
  | { readonly kind: "value" }
  | {
      readonly kind: "configMap" | "secret";
      readonly object: string | undefined;
      readonly key: string | undefined;
    }
  | { readonly kind: "field"; readonly path: string | undefined }
  | { readonly kind: "unknown" };

export interface Environment {
  readonly variables: ReadonlyMap<string, EnvVariable>;
  /** True when there may be variables that are not in view: a Secret or ConfigMap taken whole, a template. */
  readonly open: boolean;
}

/** The environment that Kubernetes gives a container: `envFrom` first, then `env` in order, later names replacing earlier. */
export function environmentOf(container: Container, lookup?: ObjectLookup): Environment {
  const reader = new EnvironmentReader(container.pod.object.namespace, lookup);
  for (const item of itemsOf(container, "envFrom")) reader.readFrom(item);
  // Dynamo keeps the variables of a service under `envs`.
  for (const item of mapsAt(container.base, "envs")) reader.read(item);
  if (knownText(container.base, "envFromSecret") !== undefined) reader.open = true;
  for (const item of itemsOf(container, "env")) reader.read(item);
  if (isFieldOpen(container, "env") || isFieldOpen(container, "envFrom")) reader.open = true;
  return { variables: reader.variables, open: reader.open };
}

/** How `$(NAME)` in a container's command, arguments or values is replaced. */
export function replacementIn(environment: Environment, name: string): Replacement {
  const variable = environment.variables.get(name);
  if (variable)
    return variable.value === undefined ? { kind: "unknown" } : { kind: "replace", text: variable.value };
  // `$(cat file)` is never a variable; a plain name may be one that nobody sees here.
  return environment.open && /^[\w.-]+$/.test(name) ? { kind: "unknown" } : { kind: "literal" };
}

class EnvironmentReader implements Environment {
  readonly variables = new Map<string, EnvVariable>();
  open = false;

  constructor(
    private readonly namespace: string | undefined,
    private readonly lookup: ObjectLookup | undefined,
  ) {}

  read(item: YamlMap): void {
    const name = knownText(item, "name");
    if (name === undefined) {
      this.open = true;
      return;
    }
    const from = mapAt(item, "valueFrom");
    const variable = from ? this.fromReference(name, item, from) : this.fromValue(name, item);
    this.variables.set(name, variable);
  }

  private fromValue(name: string, item: YamlMap): EnvVariable {
    const valueNode = scalarAt(item, "value");
    const source: EnvSource = { kind: item.get("valueFrom") ? "unknown" : "value" };
    if (!item.get("value")) {
      const empty = source.kind === "value" && !item.open ? "" : undefined;
      return { name, value: empty, source, node: item, valueNode };
    }
    const text = valueNode && textAt(valueNode);
    const value = text === undefined || isPlaceholder(text) ? undefined : this.expand(text);
    return { name, value, source, node: item, valueNode };
  }

  private expand(text: string): string | undefined {
    return text.includes("$")
      ? joinPieces(expandReferences(text, (name) => replacementIn(this, name)))
      : text;
  }

  private fromReference(name: string, item: YamlMap, from: YamlMap): EnvVariable {
    const configMap = mapAt(from, "configMapKeyRef");
    if (configMap) {
      const [object, key] = [knownText(configMap, "name"), knownText(configMap, "key")];
      const valueNode = object === undefined || key === undefined ? undefined : this.configValue(object, key);
      const source: EnvSource = { kind: "configMap", object, key };
      return { name, value: writtenText(valueNode), source, node: item, valueNode };
    }
    return { name, value: undefined, source: referenceSource(from), node: item, valueNode: undefined };
  }

  private configValue(object: string, key: string): YamlScalar | undefined {
    return scalarAt(this.lookup?.("ConfigMap", object, this.namespace)?.node, "data", key);
  }

  readFrom(item: YamlMap): void {
    const object = knownText(item, "configMapRef", "name");
    const config = object === undefined ? undefined : this.lookup?.("ConfigMap", object, this.namespace);
    const data = mapAt(config?.node, "data");
    const prefix = item.get("prefix") ? knownText(item, "prefix") : "";
    if (!data || prefix === undefined) {
      this.open = true;
      return;
    }
    if (data.open || config?.partial) this.open = true;
    for (const { key, value } of allEntries(data)) {
      if (value?.kind !== "scalar" || key.templated) continue;
      const name = prefix + key.text;
      const source: EnvSource = { kind: "configMap", object, key: key.text };
      this.variables.set(name, { name, value: writtenText(value), source, node: value, valueNode: value });
    }
  }
}

function writtenText(node: YamlScalar | undefined): string | undefined {
  const text = node && textAt(node);
  return text === undefined || isPlaceholder(text) ? undefined : text;
}

function referenceSource(from: YamlMap): EnvSource {
  const secret = mapAt(from, "secretKeyRef");
  if (secret) return { kind: "secret", object: knownText(secret, "name"), key: knownText(secret, "key") };
  const path = knownText(from, "fieldRef", "fieldPath") ?? knownText(from, "resourceFieldRef", "resource");
  return path === undefined ? { kind: "unknown" } : { kind: "field", path };
}
