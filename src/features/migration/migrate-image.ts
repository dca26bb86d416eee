import { scalarAt, spotOf, type YamlScalar } from "../../yaml/node";
import type { YamlEditor } from "../../yaml/edit";
import { nodesAt } from "../../yaml/locate";
import type { VllmServer } from "../../vllm/model";

interface MovedImage {
  /** What the edit does; empty for none. */
  readonly done: string;
  /** Why there is no edit. */
  readonly problem?: string;
}

/** A release alone, as vLLM's own images are tagged. Builds for other devices are published on days of their own. */
const RELEASE = /^v?\d+\.\d+\.\d+$/;

/** Writes the release into an image's tag, wherever it stands: in the image's name, or as a chart's `tag`. */
export function moveImage(editor: YamlEditor, server: VllmServer, to: string): readonly MovedImage[] {
  const { image } = server;
  if (!image) return [];
  const stays = (why: string): readonly MovedImage[] => [
    { done: "", problem: `The image \`${image.text}\` stays: ${why}.` },
  ];
  if (image.tag === undefined) return stays("its tag is not known here");
  if (server.version.origin !== "tag") return stays("its tag does not say which vLLM is inside");
  if (image.digest !== undefined) return stays("its digest decides, not its tag");
  if (!RELEASE.test(image.tag)) return stays(`nobody here knows whether \`${image.tag}\` exists for ${to}`);
  const tag = image.tag.startsWith("v") ? `v${to}` : to;
  const place = tagPlace(image.node, image.tag);
  if (!place) return stays("its tag is put together elsewhere");
  if (tag === image.tag) return [];
  editor.replace(place, tag);
  return [{ done: `Image \`${image.text}\` to \`${tag}\`.` }];
}

function tagPlace(node: YamlScalar, tag: string): ReturnType<typeof spotOf> | undefined {
  const at = node.text.lastIndexOf(`:${tag}`);
  if (at !== -1) return { doc: node.doc, span: node.spanOf(at + 1, at + 1 + tag.length) };
  const map = nodesAt(spotOf(node)).findLast((each) => each.kind === "map");
  const own = map && scalarAt(map, "tag");
  const from = own?.text === tag ? own : undefined;
  return from && { doc: from.doc, span: from.spanOf(0, tag.length) };
}
