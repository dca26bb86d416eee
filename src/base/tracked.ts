/** A question put to the world around, with the answer it got. Answers keep their identity while nothing has changed. */
export interface Dependency {
  readonly ask: () => unknown;
  readonly answer: unknown;
}

/** The same value, or lists of the same values. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}

/** True when every question still has the answer it had. */
export function areFresh(dependencies: readonly Dependency[]): boolean {
  return dependencies.every(({ ask, answer }) => isSame(ask(), answer));
}

const NOTHING: readonly Dependency[] = [];

/** Notes every question asked through it. */
export class Tracker {
  dependencies: Dependency[] = [];

  /** What was asked since the last call. */
  take(): readonly Dependency[] {
    const taken = this.dependencies;
    if (taken.length > 0) this.dependencies = [];
    return taken.length > 0 ? taken : NOTHING;
  }

  ask<T>(question: () => T): T {
    const answer = question();
    this.dependencies.push({ ask: question, answer });
    return answer;
  }

  /** A question that is itself answered by questions: put again only when one of theirs has another answer. */
  select<T>(question: (tracker: Tracker) => T): T {
    let sources: readonly Dependency[] = NOTHING;
    let answer: T;
    const put = (): T => {
      const inner = new Tracker();
      const next = question(inner);
      sources = inner.dependencies;
      return next;
    };
    answer = put();
    const first = answer;
    const ask = (): T => {
      if (!areFresh(sources)) answer = put();
      return answer;
    };
    this.dependencies.push({ ask, answer: first });
    return first;
  }
}

/**
 * Remembers what was computed for a key until one of the answers it rested on changes. Checking costs the questions, not
 * the computation.
 */
export class TrackedCache<K extends object, V> {
  private readonly entries = new WeakMap<
    K,
    { readonly value: V; readonly dependencies: readonly Dependency[] }
  >();

  get(key: K, compute: (tracker: Tracker) => V): V {
    const entry = this.entries.get(key);
    if (entry && areFresh(entry.dependencies)) return entry.value;
    const tracker = new Tracker();
    const value = compute(tracker);
    this.entries.set(key, { value, dependencies: tracker.dependencies });
    return value;
  }
}

/** A list that is made anew on demand but keeps its identity as long as its members are the same. */
export class StableList<T> {
  private current: readonly T[] = [];
  private stale = true;

  constructor(private readonly make: () => readonly T[]) {}

  invalidate(): void {
    this.stale = true;
  }

  get(): readonly T[] {
    if (this.stale) {
      const next = this.make();
      const same = next.length === this.current.length && next.every((item, i) => item === this.current[i]);
      if (!same) this.current = next;
      this.stale = false;
    }
    return this.current;
  }
}

/** Lists one after another, as one that keeps its identity as long as each of them does. */
export class JoinedList<T> {
  private parts: readonly (readonly T[])[] = [];
  private current: readonly T[] = [];

  /** The list of `first` alone is handed on as it is. */
  join(first: readonly T[], others: readonly (readonly T[])[]): readonly T[] {
    if (others.length === 0) return first;
    const parts = [first, ...others];
    if (!isSame(parts, this.parts)) {
      this.parts = parts;
      this.current = parts.flat();
    }
    return this.current;
  }
}
