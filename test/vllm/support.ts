import { objectsOf, podTemplatesOf, type KubeObject } from "../../src/kubernetes";
import type { Setting, VllmServer } from "../../src/vllm/model";
import { serversOf, serversOfValues, type ServerContext } from "../../src/vllm/server";
import type { Spot } from "../../src/yaml/document";
import { parseFile } from "../../src/yaml/parse";

/** Every server of a file, with the file's own objects in view. */
export function serversIn(
  text: string,
  assume: ServerContext["assume"] = {},
  path = "app.yaml",
): readonly VllmServer[] {
  const documents = parseFile(text).map(({ source }) => source);
  const file = { path, kustomize: "none", helmTemplate: path.includes("templates/") } as const;
  const objects: KubeObject[] = documents.flatMap((doc) => objectsOf(doc, file));
  const context: ServerContext = {
    objects: (kind) => objects.filter((object) => object.kind === kind),
    assume,
  };
  return [
    ...objects.flatMap((object) => serversOf(object, podTemplatesOf(object), context)),
    ...documents.flatMap((doc) => serversOfValues(doc, context)),
  ];
}

export function serverIn(text: string, assume: ServerContext["assume"] = {}): VllmServer {
  const [server, ...rest] = serversIn(text, assume);
  if (!server || rest.length > 0)
    throw new Error(`expected one server, found ${server ? rest.length + 1 : 0}`);
  return server;
}

/** What stands at a place. */
export function textAt({ doc, span }: Spot): string {
  return doc.text.slice(span.start, span.end);
}

/** The settings as `flag=value`, with `?` for a value nobody knows. */
export function settingsOf(server: VllmServer): readonly string[] {
  return server.engine.bindings.map((setting) => {
    const flag = setting.negated ? `!${setting.flag}` : setting.flag;
    return setting.text === "" ? flag : `${flag}=${setting.text ?? "?"}`;
  });
}

export function settingIn(server: VllmServer, flag: string): Setting {
  const setting = server.engine.settings.get(flag);
  if (!setting) throw new Error(`${flag} is not set`);
  return setting;
}

/** A Deployment with one container; `container` is its YAML without indentation. */
export function deployment(container: string, more = ""): string {
  const lines = container.trim().split("\n");
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - ${lines.map((line, i) => (i === 0 ? line : `          ${line}`)).join("\n")}
${more}`;
}

/** A container of the official image with arguments in a flow list. */
export function withArgs(args: readonly string[], tag = "v0.20.0"): string {
  return deployment(`name: vllm\nimage: vllm/vllm-openai:${tag}\nargs: ${JSON.stringify(args)}`);
}
