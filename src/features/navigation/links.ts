import type { Range } from "../../base/text";
import { leavesOf } from "./walk";
import type { Folder } from "../workspace/folder";
import type { SourceFile } from "../workspace/workspace";
import type { Spot } from "../../yaml/document";

/** A place that opens a page. Only addresses of known sites are made; none is taken from the manifest. */
export interface Link {
  readonly range: Range;
  readonly target: string;
  readonly title: string;
}

/** Models on the Hub, images in their registry. */
export function linksOf(file: SourceFile, folder: Folder): readonly Link[] {
  if (file.status !== "analysed") return [];
  const links: (readonly [Spot, string, string])[] = [];
  for (const server of folder.serversOf(file)) {
    const { model } = server.engine;
    const page = model.known && model.at ? modelPage(model.value) : undefined;
    if (page !== undefined && model.at) links.push([model.at, page, "Open the model's page"]);
  }
  for (const { source } of file.documents) {
    for (const object of folder.model(source, file).objects) {
      for (const { path, scalar } of leavesOf(object)) {
        const page = path.at(-1) === "image" && !scalar.templated ? imagePage(scalar.text) : undefined;
        if (page !== undefined)
          links.push([
            { doc: scalar.doc, span: scalar.spanOf(0, scalar.text.length) },
            page,
            "Open the image's page",
          ]);
      }
    }
  }
  return links.flatMap(([{ doc, span }, target, title]) => {
    const base = file.offsetOf(doc);
    if (base === undefined) return [];
    return [{ range: file.index.rangeOf({ start: base + span.start, end: base + span.end }), target, title }];
  });
}

/** `owner/name` on the Hub; paths and URLs are none. */
function modelPage(model: string): string | undefined {
  return /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/.test(model) ? `https://huggingface.co/${model}` : undefined;
}

/** Of images that concern vLLM, the page of their registry. */
export function imagePage(image: string): string | undefined {
  if (!/vllm/i.test(image)) return undefined;
  const match =
    /^(?:([\w-]+(?:\.[\w-]+)+(?::\d+)?)\/)?([a-z0-9._/-]+?)(?::([\w.-]+))?(?:@sha256:[0-9a-f]+)?$/.exec(
      image,
    );
  const [, host = "docker.io", repository = "", tag] = match ?? [];
  if (!match || !repository.includes("/")) return undefined;
  if (host === "docker.io") {
    const name = tag === undefined ? "" : `?name=${encodeURIComponent(tag)}`;
    return `https://hub.docker.com/r/${repository}/tags${name}`;
  }
  return host === "quay.io" ? `https://quay.io/repository/${repository}?tab=tags` : undefined;
}
