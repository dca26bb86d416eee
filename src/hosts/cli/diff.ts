/** A unified diff as `git apply` reads it; empty when nothing differs. Line ends are part of the lines. */
export function unifiedDiff(file: string, before: string, after: string): readonly string[] {
  if (before === after) return [];
  const [a, b] = [linesOf(before), linesOf(after)];
  const steps = diffLines(a, b);
  const hunks = hunksOf(steps).flatMap((hunk) => formatHunk(hunk, steps));
  // An absolute path is told from the root, as git does.
  const path = file.replace(/^\/+/, "");
  return [`--- a/${path}`, `+++ b/${path}`, ...hunks];
}

interface Step {
  readonly kind: " " | "-" | "+";
  readonly line: string;
  /** Zero-based numbers of the line, or of the one that would follow. */
  readonly a: number;
  readonly b: number;
}

const CONTEXT = 3;

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** What both begin and end with is cut off first: fixes are small, files are not. */
function diffLines(a: readonly string[], b: readonly string[]): readonly Step[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const steps: Step[] = [];
  for (let i = 0; i < head; i++) steps.push({ kind: " ", line: a[i] ?? "", a: i, b: i });
  steps.push(...shortestEdit(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head));
  for (let i = tail; i > 0; i--) {
    steps.push({ kind: " ", line: a[a.length - i] ?? "", a: a.length - i, b: b.length - i });
  }
  return steps;
}

/** Myers' greedy algorithm; the furthest points of every round are kept to walk back along. */
function shortestEdit(a: readonly string[], b: readonly string[], base: number): readonly Step[] {
  const furthest = new Map<number, number>([[1, 0]]);
  const rounds: ReadonlyMap<number, number>[] = [];
  for (let d = 0; d <= a.length + b.length; d++) {
    rounds.push(new Map(furthest));
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(furthest, k, d) ? reach(furthest, k + 1) : reach(furthest, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(rounds, a, b, base);
    }
  }
  return [];
}

function reach(furthest: ReadonlyMap<number, number>, k: number): number {
  return furthest.get(k) ?? -1;
}

function goesDown(furthest: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && reach(furthest, k - 1) < reach(furthest, k + 1));
}

function walkBack(
  rounds: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
  base: number,
): readonly Step[] {
  const steps: Step[] = [];
  let [x, y] = [a.length, b.length];
  const step = (kind: Step["kind"], line: string): void =>
    void steps.push({ kind, line, a: base + x, b: base + y });
  for (let d = rounds.length - 1; d >= 0; d--) {
    const furthest = rounds[d] ?? new Map<number, number>();
    const k = x - y;
    const previousK = goesDown(furthest, k, d) ? k + 1 : k - 1;
    const previousX = reach(furthest, previousK);
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      x--;
      y--;
      step(" ", a[x] ?? "");
    }
    if (d === 0) break;
    if (x === previousX) {
      y--;
      step("+", b[y] ?? "");
    } else {
      x--;
      step("-", a[x] ?? "");
    }
  }
  return steps.reverse();
}

interface Hunk {
  /** Indexes into the steps, half-open. */
  readonly from: number;
  readonly to: number;
}

/** Changes with their context; those closer than two contexts go together. */
function hunksOf(steps: readonly Step[]): readonly Hunk[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [i, { kind }] of steps.entries()) {
    if (kind === " ") continue;
    const [from, to] = [Math.max(0, i - CONTEXT), Math.min(steps.length, i + 1 + CONTEXT)];
    const last = hunks.at(-1);
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks;
}

function formatHunk({ from, to }: Hunk, steps: readonly Step[]): readonly string[] {
  const part = steps.slice(from, to);
  const first = part[0];
  const countA = part.filter(({ kind }) => kind !== "+").length;
  const countB = part.filter(({ kind }) => kind !== "-").length;
  // An empty side is named by the line before it.
  const start = (at: number, count: number): string =>
    `${count === 0 ? at : at + 1}${count === 1 ? "" : `,${count}`}`;
  const header = `@@ -${start(first?.a ?? 0, countA)} +${start(first?.b ?? 0, countB)} @@`;
  const lines = part.flatMap(({ kind, line }) =>
    line.endsWith("\n") ? [kind + line.slice(0, -1)] : [kind + line, "\\ No newline at end of file"],
  );
  return [header, ...lines];
}
