import { sameTarget, type TargetName } from "./model_rows.ts";

/** How long a session stays after its last use, in ms: as prompt caches do. */
const STAY_MS = 5 * 60 * 1000;

/** How many stays are remembered. */
const MAX_STAYS = 10_000;

/** A session, and the targets of its row in the user's order. */
export interface Visit {
  /** `undefined`: the client names no session. */
  session: string | undefined;
  targets: readonly TargetName[];
}

/**
 * Keeps a session at its fallback target, so that its prompt stays in that
 * upstream's cache: if the first target fails now and then, each switch back
 * and forth would cost a cold cache on either side.
 */
export class Affinity {
  readonly #now: () => number;
  /** By session and row; the least recently used comes first. */
  readonly #stays = new Map<string, { at: TargetName; expiresAt: number }>();

  /** @param now Epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The targets, the one the session stays at first. */
  order(visit: Visit): readonly TargetName[] {
    const { targets } = visit;
    const stay = this.#stays.get(keyOf(visit));
    if (!stay || stay.expiresAt <= this.#now()) return targets;
    const at = targets.find((target) => sameTarget(target, stay.at));
    return at ? [at, ...targets.filter((target) => target !== at)] : targets;
  }

  /** The session got an answer from `at`. The first target needs no entry. */
  settle(visit: Visit, at: TargetName): void {
    this.leave(visit);
    const [first] = visit.targets;
    if (visit.session === undefined || !first || sameTarget(first, at)) return;
    const expiresAt = this.#now() + STAY_MS;
    this.#stays.set(keyOf(visit), { at, expiresAt });
    const [oldest] = this.#stays.keys();
    if (this.#stays.size > MAX_STAYS && oldest) this.#stays.delete(oldest);
  }

  /** The session had a failure: next time the first target is asked first. */
  leave(visit: Visit): void {
    this.#stays.delete(keyOf(visit));
  }
}

function keyOf({ session, targets: [first] }: Visit): string {
  return JSON.stringify([session, first?.upstream, first?.model]);
}
