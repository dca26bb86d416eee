import type { Setting } from "../../vllm/model";
import type { YamlEditor } from "../../yaml/edit";
import { nodesAt, scalarAround } from "../../yaml/locate";
import { removeArgument } from "../../vllm/edit-arguments";
import { span } from "../../base/span";
import type { Fix } from "../define";

/** Writes a switch without its value, or as its opposite; takes it out where it has none. */
export function dropValue(setting: Setting, instead: string | undefined): readonly Fix[] {
  if (instead === undefined) {
    return [{ title: `Remove \`${setting.spelling}\``, apply: (editor) => removeArgument(editor, setting) }];
  }
  return [{ title: `Write \`${instead}\``, apply: (editor) => writeAlone(editor, setting, instead) }];
}

function writeAlone(editor: YamlEditor, setting: Setting, instead: string): void {
  const { flagAt, valueAt, form } = setting;
  if (form === "two-items") {
    const flag = scalarAround(flagAt);
    const value = scalarAround(valueAt);
    const list = nodesAt(valueAt).at(-2);
    if (!flag || !value || list?.kind !== "seq") return;
    editor.setScalar(flag, instead);
    editor.removeItem(list, value);
    return;
  }
  if (form === "equals") {
    const scalar = scalarAround(flagAt);
    if (scalar) editor.setScalar(scalar, instead);
    return;
  }
  editor.replace(
    { doc: flagAt.doc, span: span(flagAt.span.start, Math.max(flagAt.span.end, valueAt.span.end)) },
    instead,
  );
}
