import type { Spot } from "../../yaml/document";
import type { YamlEditor } from "../../yaml/edit";
import type { InlayHintSettings } from "../settings/settings";

/** A hint before it has a place in a file. */
export interface Note {
  readonly kind: keyof InlayHintSettings;
  readonly at: Spot;
  /** At the end of the line rather than behind the value. */
  readonly whole?: boolean;
  readonly label: string;
  readonly tooltip: string;
  readonly write?: ((editor: YamlEditor) => void) | undefined;
}
