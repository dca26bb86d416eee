import type { Side, Simulated } from "../../service";
import { printable, style } from "./terminal";

const WIDTH = 60;
const BLOCKS = [..." ▁▂▃▄▅▆▇█"];

/** Both runs as small charts on the same scale, with what there is to say of each. */
export function simulationText(answer: Simulated, colour: boolean): string {
  const styled = style(colour);
  const { before, after, inputs } = answer;
  const sides = [
    { name: "As it is", side: before },
    ...(after ? [{ name: "After the proposed fixes", side: after }] : []),
  ];
  const scales = tracksOf(before).map(({ values }, i) =>
    Math.max(...values, ...(after ? (tracksOf(after)[i]?.values ?? []) : [])),
  );
  const lines = [
    styled.bold(printable(answer.title)) +
      styled.dim(`  profile ${printable(answer.profile)}, seed ${answer.seed}`),
    ...sides.flatMap(({ name, side }) => [
      "",
      styled.bold(name),
      ...tracksOf(side).map((track, i) => chart(track, scales[i] ?? 1)),
      ...side.sentences.map((sentence) => `  ${printable(sentence)}`),
    ]),
    ...(after ? [] : ["", "Nothing is proposed that would change it."]),
    "",
    styled.dim("From:"),
    ...inputs.map(({ name, value, origin }) => styled.dim(`  ${name}: ${printable(value)} (${origin})`)),
  ];
  return lines.join("\n") + "\n";
}

interface Track {
  readonly name: string;
  readonly values: readonly number[];
  readonly unit: string;
}

function tracksOf({ course }: Side): readonly Track[] {
  return [
    { name: "requests/s", values: course.rate, unit: "" },
    { name: "ready", values: course.ready, unit: "" },
    { name: "waiting", values: course.waiting, unit: "" },
    { name: "KV cache", values: course.cacheUse.map((share) => 100 * share), unit: "%" },
    { name: "TTFT p95", values: course.ttft95.map((seconds) => seconds ?? 0), unit: " s" },
  ];
}

function chart({ name, values, unit }: Track, top: number): string {
  const peak = Math.max(...values);
  const each = values.length / WIDTH;
  const bars = Array.from({ length: WIDTH }, (_, i) => {
    const part = values.slice(
      Math.floor(i * each),
      Math.max(Math.floor(i * each) + 1, Math.floor((i + 1) * each)),
    );
    const share = top > 0 ? Math.max(...part) / top : 0;
    return BLOCKS[share > 0 ? Math.max(1, Math.round(share * (BLOCKS.length - 1))) : 0];
  });
  const most = peak >= 100 ? peak.toFixed(0) : Number(peak.toPrecision(2)).toString();
  return `  ${name.padEnd(10)} ${bars.join("")} ${most}${unit}`;
}
