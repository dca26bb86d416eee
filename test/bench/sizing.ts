import { planMemory } from "../../src/sizing/plan";
import { peers } from "./sizing/peers";
import { inputOf, type Row, rows } from "./sizing/rows";
import {
  type Answers,
  type Errors,
  errorsOf,
  EXPLAINED,
  failed,
  isNamed,
  isStrict,
  mean,
  peerErrors,
  quantile,
  scored,
  scoredHeldOut,
  scoredUnseen,
  started,
  worst,
} from "./sizing/score";

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const broken: string[] = [];

function ceiling(name: string, value: number, most: number): void {
  if (!(value <= most)) broken.push(`${name}: ${percent(value)} is over ${percent(most)}`);
}

function line(name: string, answers: Answers): string {
  const tail = (errors: Errors): string => {
    const far = worst(errors);
    return far ? `${percent(far.error)} (${far.row.id})` : "-";
  };
  const { weights, pool, tokenBytes, concurrency } = answers;
  return [
    name,
    `  weights per GPU   n ${weights.length}  median ${percent(quantile(weights, 0.5))}  p90 ${percent(quantile(weights, 0.9))}  worst ${tail(weights)}`,
    `  KV pool           n ${pool.length}  mean ${percent(mean(pool))}  worst ${tail(pool)}`,
    ...(tokenBytes.length > 0
      ? [
          `  bytes per token   n ${tokenBytes.length}  mean ${percent(mean(tokenBytes))}  worst ${tail(tokenBytes)}`,
        ]
      : []),
    `  concurrency       n ${concurrency.length}  mean ${percent(mean(concurrency))}  worst ${tail(concurrency)}`,
  ].join("\n");
}

function fits(): void {
  const known = [...scored, ...scoredHeldOut, ...scoredUnseen].filter(
    ({ row, plan }) =>
      plan.model !== undefined && plan.fits !== "unknown" && isNamed(row) && EXPLAINED[row.id] === undefined,
  );
  const down = known.filter(({ row }) => failed(row));
  const up = known.filter(({ row }) => started(row));
  const caught = down.filter(({ plan }) => plan.fits !== "yes").length;
  const spared = up.filter(({ plan }) => plan.fits !== "no").length;
  const clear = up.filter(({ plan }) => plan.fits === "yes").length;
  console.log(
    `fits: of ${down.length} failed starts ${caught} called no or tight; of ${up.length} good starts ${spared} not called no, ${clear} called yes`,
  );
  for (const { row, plan } of [
    ...down.filter((s) => s.plan.fits === "yes"),
    ...up.filter((s) => s.plan.fits === "no"),
  ])
    console.log(`  missed: ${row.id} (${row.observed.outcome}, called ${plan.fits})`);
  ceiling("failed starts not caught", 1 - caught / Math.max(1, down.length), 0.1);
  ceiling("good starts called no", 1 - spared / Math.max(1, up.length), 0.03);
}

function speed(): void {
  const inputs = rows.map(inputOf).filter((input) => input.model !== undefined);
  for (const input of inputs) planMemory(input);
  // The best of many short rounds: what else runs on the machine only ever makes one slower.
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 40; round++) {
    const from = process.hrtime.bigint();
    for (const input of inputs) planMemory(input);
    best = Math.min(best, Number(process.hrtime.bigint() - from));
  }
  const micros = best / 1000 / inputs.length;
  console.log(`one plan: ${micros.toFixed(0)} microseconds`);
  if (micros > 300) broken.push(`one plan takes ${micros.toFixed(0)} microseconds`);
}

function bands(): void {
  const inside = (
    of: (s: (typeof scored)[number]) => [number | undefined, { low: number; high: number } | undefined],
  ): string => {
    const pairs = scored
      .filter(({ row, plan }) => isStrict(row) && plan.model)
      .map(of)
      .filter(([seen, band]) => seen !== undefined && band !== undefined);
    const good = pairs.filter(
      ([seen, band]) => band && seen !== undefined && seen >= band.low - 0.011 && seen <= band.high + 0.011,
    ).length;
    return `${good} of ${pairs.length}`;
  };
  console.log(
    `inside the band: weights ${inside(({ row, plan }) => [row.observed.weights_gib, plan.weights])}, KV pool ${inside(({ row, plan }) => [row.observed.kv_cache_gib, plan.kvCache])}`,
  );
}

const independent = (row: Row): boolean => isStrict(row) && row.version !== undefined && row.fitted !== true;
const plain = (row: Row): boolean => isNamed(row) && row.fitted !== true;
const known = (row: Row): boolean => isStrict(row) && row.version !== undefined;
const all = errorsOf(isNamed);
const strict = errorsOf(known);

console.log(line("All rows that name their model and GPU (versions partly inferred)", all));
console.log(line("\nAll of these but the fitted ones", errorsOf(plain)));
console.log(line("\nKnown version, model, GPU and TP", strict));
console.log(line("\nThe same without the rows on which constants were fitted", errorsOf(independent)));
for (const peer of peers)
  console.log(line(`\nSame rows with known version: ${peer.name}`, peerErrors(peer, known)));
const heldOut = errorsOf(isNamed, scoredHeldOut);
console.log(
  line("\nHeld out: collected after the model was made; four rows took part in later changes", heldOut),
);
for (const peer of peers)
  console.log(line(`\nHeld out: ${peer.name}`, peerErrors(peer, isNamed, scoredHeldOut)));
const untouched = (row: Row): boolean => isNamed(row) && row.used === undefined;
const unseen = errorsOf(untouched, scoredUnseen);
console.log(line("\nUnseen: collected last, rows that a change was made from left out", unseen));
console.log(line("\nUnseen, all rows", errorsOf(isNamed, scoredUnseen)));
for (const peer of peers)
  console.log(line(`\nUnseen, all rows: ${peer.name}`, peerErrors(peer, isNamed, scoredUnseen)));
console.log("");
fits();
bands();
speed();

const hybrid = (row: Row): boolean =>
  scored.some(
    (s) =>
      s.row === row &&
      (s.plan.model?.shape.state !== undefined ||
        s.plan.model?.shape.cache.some((layers) => layers.kind === "compressed") === true),
  );
ceiling("weights per GPU, median", quantile(all.weights, 0.5), 0.005);
ceiling("weights per GPU, p90", quantile(all.weights, 0.9), 0.03);
ceiling("KV pool, mean", mean(strict.pool), 0.03);
ceiling("KV pool, worst", Math.abs(worst(strict.pool)?.error ?? 0), 0.15);
ceiling(
  "bytes per token, worst of plain models",
  Math.abs(worst(strict.tokenBytes.filter(({ row }) => !hybrid(row)))?.error ?? 0),
  0.005,
);
ceiling(
  "bytes per token, worst of hybrids",
  Math.abs(worst(strict.tokenBytes.filter(({ row }) => hybrid(row)))?.error ?? 0),
  0.03,
);
ceiling("concurrency, mean", mean(strict.concurrency), 0.05);
ceiling("concurrency, worst", Math.abs(worst(strict.concurrency)?.error ?? 0), 0.2);

ceiling("unseen: weights per GPU, median", quantile(unseen.weights, 0.5), 0.005);
ceiling("unseen: KV pool, mean", mean(unseen.pool), 0.03);
ceiling("unseen: KV pool, worst", Math.abs(worst(unseen.pool)?.error ?? 0), 0.15);
ceiling("unseen: bytes per token, worst", Math.abs(worst(unseen.tokenBytes)?.error ?? 0), 0.005);
ceiling("unseen: concurrency, mean", mean(unseen.concurrency), 0.05);
ceiling("unseen: concurrency, worst", Math.abs(worst(unseen.concurrency)?.error ?? 0), 0.2);
ceiling("held out: weights per GPU, median", quantile(heldOut.weights, 0.5), 0.005);
ceiling("held out: weights per GPU, p90", quantile(heldOut.weights, 0.9), 0.03);
ceiling("held out: KV pool, mean", mean(heldOut.pool), 0.03);
ceiling("held out: KV pool, worst", Math.abs(worst(heldOut.pool)?.error ?? 0), 0.15);
ceiling("held out: concurrency, mean", mean(heldOut.concurrency), 0.05);
ceiling("held out: concurrency, worst", Math.abs(worst(heldOut.concurrency)?.error ?? 0), 0.2);

if (broken.length > 0) {
  console.error(`\nCeilings broken:\n${broken.map((text) => `  ${text}`).join("\n")}`);
  process.exitCode = 1;
}
