/** More changes than this make another word, not a slip. */
const MOST_CHANGES = 3;

/** The name that differs least from a word, when it differs by a slip; the first of equals. */
export function closest(word: string, names: readonly string[], most = MOST_CHANGES): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(most, Math.floor(word.length / 4)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= fewest) continue;
    const changes = distance(word, name, fewest);
    if (changes < fewest) [best, fewest] = [name, changes];
  }
  return best;
}

/** Changed, missing, added and swapped letters (Damerau and Levenshtein's distance), not counted further than a limit. */
function distance(a: string, b: string, limit: number): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row, ...next) >= limit) return limit;
    [before, row] = [row, next];
  }
  return row[b.length] ?? limit;
}
