import assert from "node:assert/strict";
import {
  areFresh,
  Changes,
  GroupedQuestion,
  JoinedList,
  SharedQuestion,
  StableList,
  TrackedCache,
  Tracker,
} from "../../src/base/tracked";

interface Item {
  readonly key: string;
}

/** A world of one list, and how often anybody looked at it. */
class World {
  readonly changes = new Changes();
  looks = 0;
  readonly items = new SharedQuestion<readonly Item[]>(this.changes, () => {
    this.looks++;
    return this.list;
  });

  constructor(private list: readonly Item[]) {}

  become(list: readonly Item[]): void {
    this.list = list;
    this.changes.note();
  }
}

const [a, b, c]: readonly Item[] = [{ key: "x" }, { key: "x" }, { key: "y" }];
assert.ok(a && b && c);

describe("tracked answers", () => {
  it("are worked out once after each change, however many ask", () => {
    const world = new World([a]);
    world.items.answer();
    world.items.answer();
    assert.equal(world.looks, 1);
    world.become([a, b]);
    assert.deepEqual(world.items.answer(), [a, b]);
    assert.equal(world.looks, 2);
  });

  it("keep a group's list while its members are the same, whatever else changes", () => {
    const world = new World([a, b, c]);
    const groups = new GroupedQuestion(world.items, ({ key }) => key);
    const before = [groups.at("x").answer(), groups.at("y").answer(), groups.at("z").answer()];
    assert.deepEqual(before, [[a, b], [c], []]);
    const other = { key: "y" };
    world.become([a, b, other]);
    assert.equal(groups.at("x").answer(), before[0]);
    assert.deepEqual(groups.at("y").answer(), [other]);
    assert.equal(groups.at("z").answer(), before[2]);
    world.become([]);
    assert.deepEqual(groups.at("x").answer(), []);
  });

  it("are noted once per question, and are fresh until one differs", () => {
    const world = new World([a]);
    const tracker = new Tracker();
    tracker.ask(world.items);
    tracker.ask(world.items);
    const asked = tracker.take();
    assert.deepEqual([asked.length, tracker.take().length], [1, 0]);
    assert.ok(areFresh(asked));
    world.become([b]);
    assert.ok(!areFresh(asked));
  });

  it("picked from others change only when the pick does", () => {
    const world = new World([a, c]);
    const tracker = new Tracker();
    const pick = (inner: Tracker): readonly Item[] => inner.ask(world.items).filter(({ key }) => key === "y");
    assert.deepEqual(tracker.select(pick), [c]);
    const asked = tracker.take();
    world.become([b, c]);
    assert.ok(areFresh(asked), "another item came, the pick is the same");
    world.become([b]);
    assert.ok(!areFresh(asked));
  });

  it("let a computed value stand until one of them differs", () => {
    const world = new World([a]);
    const cache = new TrackedCache<object, number>(world.changes);
    const key = {};
    let computed = 0;
    const get = (): number =>
      cache.get(key, (tracker) => {
        computed++;
        return tracker.ask(world.items).length;
      });
    assert.deepEqual([get(), get(), computed], [1, 1, 1]);
    world.become([a]);
    get();
    assert.equal(computed, 2, "a new list is another answer");
    world.changes.note();
    get();
    assert.equal(computed, 2, "nothing differs after this change");
  });

  it("as lists keep their identity while their members do", () => {
    let members = [a, b];
    const own = new StableList(() => members);
    const first = own.get();
    members = [a, b];
    own.invalidate();
    assert.equal(own.get(), first);
    const joined = new JoinedList<Item>();
    const whole = joined.join(first, [[c]]);
    assert.deepEqual(whole, [a, b, c]);
    const others = [[c]];
    assert.notEqual(joined.join(first, others), whole, "another list of others");
    assert.equal(joined.join(first, others), joined.join(first, [...others]));
    assert.equal(joined.join(first, []), first);
  });
});
