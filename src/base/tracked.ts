/** Counts the changes of a world. What was found out at one count holds as long as it stands. */
export class Changes {
  count = 0;

  note(): void {
    this.count++;
  }
}

/** Something that one may ask of the world around. Answers keep their identity while nothing has changed. */
export interface Question<T = unknown> {
  answer(): T;
}

/** A question that many put: worked out once after each change. */
export class SharedQuestion<T> implements Question<T> {
  private known: { readonly at: number; readonly answer: T } | undefined;

  constructor(
    private readonly changes: Changes,
    private readonly put: () => T,
  ) {}

  answer(): T {
    if (this.known?.at !== this.changes.count) this.known = { at: this.changes.count, answer: this.put() };
    return this.known.answer;
  }
}

/** A question that is itself answered by questions: put again only when one of theirs has another answer. */
class DerivedQuestion<T> implements Question<T> {
  private known: { readonly answer: T; readonly dependencies: readonly Dependency[] } | undefined;

  constructor(private readonly put: (tracker: Tracker) => T) {}

  answer(): T {
    if (this.known && areFresh(this.known.dependencies)) return this.known.answer;
    const tracker = new Tracker();
    const next = this.put(tracker);
    const answer = this.known && isSame(this.known.answer, next) ? this.known.answer : next;
    this.known = { answer, dependencies: tracker.take() };
    return answer;
  }
}

interface Group<T> {
  readonly members: readonly T[];
  readonly question: Question<readonly T[]>;
}

/** A list by key: one pass after each change answers all who look something up. Groups keep their identity while their members do. */
export class GroupedQuestion<T, K> {
  private grouped: readonly T[] | undefined;
  private groups: ReadonlyMap<K, Group<T>> = new Map<K, Group<T>>();

  constructor(
    private readonly items: Question<readonly T[]>,
    private readonly keyOf: (item: T) => K,
  ) {}

  /** The members under a key. */
  at(key: K): Question<readonly T[]> {
    return this.current().get(key)?.question ?? this.under(key);
  }

  private under(key: K): Question<readonly T[]> {
    return { answer: () => this.current().get(key)?.members ?? NO_MEMBERS };
  }

  private current(): ReadonlyMap<K, Group<T>> {
    const items = this.items.answer();
    if (items !== this.grouped) {
      this.grouped = items;
      this.groups = this.group(items);
    }
    return this.groups;
  }

  private group(items: readonly T[]): ReadonlyMap<K, Group<T>> {
    const lists = new Map<K, T[]>();
    for (const item of items) {
      const key = this.keyOf(item);
      const list = lists.get(key);
      if (list) list.push(item);
      else lists.set(key, [item]);
    }
    const groups = new Map<K, Group<T>>();
    for (const [key, members] of lists) {
      const known = this.groups.get(key);
      const question = known?.question ?? this.under(key);
      groups.set(key, known && isSame(known.members, members) ? known : { members, question });
    }
    return groups;
  }
}

const NO_MEMBERS: readonly never[] = [];

/** A question with the answer it got. */
export interface Dependency {
  readonly question: Question;
  readonly answer: unknown;
}

/** The same value, or lists of the same values. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}

/** True when every question still has the answer it had. */
export function areFresh(dependencies: readonly Dependency[]): boolean {
  return dependencies.every(({ question, answer }) => question.answer() === answer);
}

const NOTHING: readonly Dependency[] = [];

/** Notes every question asked through it, each once. */
export class Tracker {
  private dependencies: Dependency[] = [];

  /** What was asked since the last call. */
  take(): readonly Dependency[] {
    if (this.dependencies.length === 0) return NOTHING;
    const taken = this.dependencies;
    this.dependencies = [];
    return taken;
  }

  ask<T>(question: Question<T>): T {
    const answer = question.answer();
    if (!this.dependencies.some((known) => known.question === question))
      this.dependencies.push({ question, answer });
    return answer;
  }

  /** An answer made of others: what rests on it stands while those change without changing it. */
  select<T>(pick: (tracker: Tracker) => T): T {
    return this.ask(new DerivedQuestion(pick));
  }
}

interface Remembered<V> {
  readonly value: V;
  readonly dependencies: readonly Dependency[];
  checkedAt: number;
}

/**
 * Remembers what was computed for a key until one of the answers it rested on changes. Checking costs the questions, not
 * the computation, and is done once after each change.
 */
export class TrackedCache<K extends object, V> {
  private readonly entries = new WeakMap<K, Remembered<V>>();

  constructor(private readonly changes: Changes) {}

  get(key: K, compute: (tracker: Tracker) => V): V {
    const checkedAt = this.changes.count;
    const entry = this.entries.get(key);
    if (entry && (entry.checkedAt === checkedAt || areFresh(entry.dependencies))) {
      entry.checkedAt = checkedAt;
      return entry.value;
    }
    const tracker = new Tracker();
    const value = compute(tracker);
    this.entries.set(key, { value, dependencies: tracker.take(), checkedAt });
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
