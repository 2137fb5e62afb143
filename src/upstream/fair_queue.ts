/**
 * A queue that serves sessions in turn, however many items each has; within a
 * session, first in, first out.
 */
export class FairQueue<T> {
  /** The waiting sessions, next one first; none is empty. */
  readonly #sessions = new Map<string, T[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(session: string, item: T): void {
    const items = this.#sessions.get(session);
    if (items) items.push(item);
    else this.#sessions.set(session, [item]);
    this.#length++;
  }

  /** The first item of each session, in the order they are served. */
  *heads(): Generator<T> {
    for (const [item] of this.#sessions.values()) {
      if (item !== undefined) yield item;
    }
  }

  /** Removes an item that is served: its session goes to the back. */
  serve(session: string, item: T): void {
    const left = this.#take(session, item);
    this.#sessions.delete(session);
    if (left.length > 0) this.#sessions.set(session, left);
  }

  /** Removes an item that no longer waits; does nothing if it is gone. */
  remove(session: string, item: T): void {
    const left = this.#take(session, item);
    if (left.length === 0) this.#sessions.delete(session);
  }

  #take(session: string, item: T): T[] {
    const items = this.#sessions.get(session) ?? [];
    const index = items.indexOf(item);
    if (index < 0) return items;
    items.splice(index, 1);
    this.#length--;
    return items;
  }
}
