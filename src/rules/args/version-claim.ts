import { isPlaceholder } from "../../kubernetes/known";
import { knownImage } from "../../vllm/image";
import type { VllmServer } from "../../vllm/model";

/** How much a statement about the server's version is worth. */
export type Certainty = "sure" | "assumed" | "none";

/**
 * `sure` when the image's tag names the release, `assumed` when the setting does or an official image follows the newest; `none`
 * for images of which nobody can tell what they hold.
 */
export function versionCertainty({ version, image, entry }: VllmServer): Certainty {
  if (entry === "wrapper" || entry === "operator") return "none";
  if (version.origin === "tag") return "sure";
  if (version.origin === "setting") return "assumed";
  if (
    !image ||
    image.node.templated ||
    isPlaceholder(image.text) ||
    image.digest !== undefined ||
    knownImage(image)?.tags !== "release"
  )
    return "none";
  return image.tag === undefined || /^(latest|nightly)/.test(image.tag) ? "assumed" : "none";
}
