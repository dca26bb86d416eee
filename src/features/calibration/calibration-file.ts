import type { Calibration } from "../../sizing/calibration";
import { YamlEditor } from "../../yaml/edit";
import { asMap } from "../../yaml/node";
import { parseFile } from "../../yaml/parse";
import { applyEdits } from "../findings/fixes";

/** The text of a `.vllm-k8s.yaml` with a calibration kept in it; everything else stays as it is. */
export function withCalibration(text: string, key: string, calibration: Calibration): string {
  const [first] = parseFile(text).filter(({ source }) => source.root !== null);
  const root = asMap(first?.source.root ?? undefined);
  if (!first || !root || root.entries.length === 0) return newSection(text, key, calibration);
  const editor = new YamlEditor();
  editor.setPath(root, ["calibrations", key], { ...calibration });
  const edits = editor.edits.map(({ span, newText }) => ({
    start: first.offset + span.start,
    end: first.offset + span.end,
    newText,
  }));
  return applyEdits(text, edits);
}

function newSection(text: string, key: string, calibration: Calibration): string {
  const fields = Object.entries(calibration).map(
    ([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`,
  );
  const lead = text === "" || text.endsWith("\n") ? text : text + "\n";
  return `${lead}calibrations:\n  ${key}:\n${fields.join("")}`;
}
