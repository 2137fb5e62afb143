/**
 * A queue that serves sessions in turn, however much each has put in; within a
 * session the first comes first.
 */
export class FairQueue<T> {
  /** The sessions that wait, the one to be served next first; none is empty. */
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

  /** The first of each session, in the order in which they are served. */
  *heads(): Generator<T> {
    for (const [item] of this.#sessions.values()) {
      if (item !== undefined) yield item;
    }
  }

  /** Takes an item out because it is served: its session is last from now on. */
  serve(session: string, item: T): void {
    const left = this.#take(session, item);
    this.#sessions.delete(session);
    if (left.length > 0) this.#sessions.set(session, left);
  }

  /** Takes an item out because it waits no more; does nothing if it is out. */
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
