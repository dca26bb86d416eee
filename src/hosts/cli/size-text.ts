import type { SizedServer } from "../../features/memory/sizes";
import { formatBytes, formatGib, formatSeconds, formatTimes, formatTokens } from "../../features/units";
import { columnsOf, printable, style, type Style } from "./terminal";

const BAR_WIDTH = 40;

/** One server's memory per GPU as a small table with bars, and what it was reckoned from. */
export function sizeText(server: SizedServer, colour: boolean): string {
  const styled = style(colour);
  const { object, container, file, fits, reasons, assumptions } = server;
  const lines = [
    styled.bold(printable(`${object.kind} ${object.name ?? "(no name)"}, container ${container}`)) +
      `  ${styled.dim(printable(file))}`,
    `  ${printable(whatRuns(server))}`,
    "",
    ...memoryRows(server),
    "",
    ...capacity(server),
    ...hostLines(server),
    `  Fits: ${verdict(fits, styled)}`,
    ...reasons.map((reason) => `    ${printable(reason)}`),
    ...(assumptions.length === 0 ? [] : ["  From:"]),
    ...table(
      assumptions.map(({ name, value, origin }) => [
        printable(name),
        printable(value),
        styled.dim(printable(origin)),
      ]),
    ),
  ];
  return lines
    .map((line) => line.trimEnd() + "\n")
    .join("")
    .replace(/\n{3,}/g, "\n\n");
}

function whatRuns({ model, gpu, parallel, vllmVersion }: SizedServer): string {
  const { tp, pp, dp } = parallel;
  const split = [
    ["TP", tp],
    ["PP", pp],
    ["DP", dp],
  ].flatMap(([name, n]) => (n === null || n === 1 ? [] : `${name} ${n}`));
  const device = `${gpu.count ?? "?"} x ${gpu.name ?? "unknown GPU"}`;
  return [`${model.id ?? "unknown model"} on ${device}`, ...split, `vLLM ${vllmVersion}`].join(" · ");
}

function memoryRows({ perGpu }: SizedServer): readonly string[] {
  const { totalGiB, budgetGiB } = perGpu;
  const rows: readonly (readonly [string, number | null])[] = [
    ["total", totalGiB],
    ["budget", budgetGiB],
    ["  weights", perGpu.weightsGiB],
    ["  activations", perGpu.activationGiB],
    ["  other", perGpu.nonTorchGiB],
    ["  CUDA graphs", perGpu.cudaGraphGiB],
    ["  KV cache", perGpu.kvCacheGiB],
  ];
  const cells = rows.map(([name, value]) => [
    name,
    value === null ? "unknown" : formatGib(value),
    bar(value, totalGiB),
  ]);
  return ["  Memory per GPU", ...table(cells)];
}

function bar(value: number | null, total: number | null): string {
  if (value === null || total === null || total <= 0 || value <= 0) return "";
  const width = (value / total) * BAR_WIDTH;
  return "█".repeat(Math.min(BAR_WIDTH, Math.round(width))) + (width > BAR_WIDTH + 0.5 ? "▶" : "");
}

function capacity({ kv }: SizedServer): readonly string[] {
  const { tokens, bytesPerToken, maxConcurrency, maxModelLen } = kv;
  const perToken = bytesPerToken === null ? "" : ` at ${formatBytes(bytesPerToken)} a token`;
  const cache =
    tokens === null ? "  KV cache: unknown" : `  KV cache: ${formatTokens(tokens)} tokens${perToken}`;
  const requests =
    maxConcurrency === null || maxModelLen === null
      ? []
      : [`  Requests at once: ${formatTimes(maxConcurrency)} of ${maxModelLen} tokens`];
  return [cache, ...requests];
}

/** `On the node: 9.3 GiB of RAM of a limit of 16 GiB, 0.2 GiB of /dev/shm, 15 GiB of disk; ready in 1 to 4 min`. */
function hostLines({ host }: SizedServer): readonly string[] {
  const { ramGiB, ramLimitGiB, shmGiB, ephemeralGiB, loadSeconds } = host;
  const limit = ramLimitGiB === null ? "" : ` of a limit of ${formatGib(ramLimitGiB)}`;
  const parts = [
    ramGiB === null ? [] : [`${formatGib(ramGiB)} of RAM${limit}`],
    shmGiB === null || shmGiB === 0 ? [] : [`${formatGib(shmGiB)} of /dev/shm`],
    ephemeralGiB === null || ephemeralGiB === 0
      ? []
      : [`${formatGib(ephemeralGiB)} of disk for the download`],
  ].flat();
  const { low, high } = loadSeconds;
  return [
    ...(parts.length === 0 ? [] : [`  On the node: ${parts.join(", ")}`]),
    ...(low === null || high === null ? [] : [`  Ready in: ${formatSeconds(low)} to ${formatSeconds(high)}`]),
  ];
}

function verdict(fits: SizedServer["fits"], styled: Style): string {
  if (fits === "no") return styled.error("no");
  if (fits === "tight") return styled.warning("tight");
  return fits;
}

/** Rows with their columns under one another; the last column is as long as it is. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => columnsOf(row[column] ?? ""))));
  const cell = (text: string, column: number): string =>
    text + " ".repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(text)));
  return rows.map((row) => "    " + row.map(cell).join("  "));
}
