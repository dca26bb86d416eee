/** A binary heap of things that are due at a number each, the least first. */
export class Heap<T extends { readonly due: number }> {
  private readonly items: T[] = [];

  /** The least number; infinity when there is none. */
  get least(): number {
    return this.items[0]?.due ?? Infinity;
  }

  push(added: T): void {
    const { items } = this;
    let at = items.length;
    items.push(added);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (!parent || parent.due <= added.due) break;
      items[at] = parent;
      at = above;
    }
    items[at] = added;
  }

  pop(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (!last || items.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const smaller = (items[right]?.due ?? Infinity) < (items[left]?.due ?? Infinity) ? right : left;
      const child = items[smaller];
      if (!child || child.due >= last.due) break;
      items[at] = child;
      at = smaller;
    }
    items[at] = last;
    return top;
  }
}
