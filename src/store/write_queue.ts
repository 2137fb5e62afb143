import type { StoreBytes, StoreKey } from "./store.ts";

/** A pending write. */
export type Write =
  & { key: StoreKey }
  & (
    | { kind: "value"; json: string; expiresAt: number }
    | { kind: "bytes"; bytes: StoreBytes; expiresAt: number }
    | {
      kind: "sum";
      amounts: Readonly<Record<string, number>>;
      expiresAt: number;
      /**
       * Identifies the addition, so that it counts once however often tried.
       */
      addition: string;
      /** Whether what was there before is deleted. */
      isFresh: boolean;
    }
    | { kind: "delete" }
    /** Marks bytes as read. */
    | { kind: "touch"; usedAt: number }
  );

/** A write of one kind. */
export type WriteOf<Kind extends Write["kind"]> = Extract<
  Write,
  { kind: Kind }
>;

/** How much may wait to be written. */
const MAX_QUEUED_BYTES = 64_000_000;
const MAX_QUEUED_WRITES = 20_000;

/** Pending writes, one per key: the last one counts, additions are added up. */
export class WriteQueue {
  #queued = new Map<string, Write>();
  #taken = new Map<string, Write>();
  #queuedBytes = 0;

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.#queued.size === 0 && this.#taken.size === 0;
  }

  /** @returns `false` if too much is pending already. */
  push(write: Write): boolean {
    const id = idOf(write.key);
    const before = this.#queued.get(id);
    // What was just written or deleted need not be marked as read.
    if (write.kind === "touch" && (before || this.#taken.has(id))) return true;
    if (
      !before && this.#queued.size >= MAX_QUEUED_WRITES ||
      sizeOf(write) + this.#queuedBytes > MAX_QUEUED_BYTES
    ) return false;
    this.#queuedBytes += sizeOf(write) - (before ? sizeOf(before) : 0);
    this.#queued.set(id, before ? merge(before, write) : write);
    return true;
  }

  /** The unfinished write for a key. */
  find(key: StoreKey): Write | undefined {
    const id = idOf(key);
    return this.#queued.get(id) ?? this.#taken.get(id);
  }

  /**
   * Takes what to write next. What was taken before and not finished comes
   * first and alone: it may have been written after all, so it must not be
   * merged with anything.
   */
  take(): Write[] {
    if (this.#taken.size === 0) {
      this.#taken = this.#queued;
      this.#queued = new Map();
      this.#queuedBytes = 0;
    }
    return [...this.#taken.values()];
  }

  /** Drops what was taken, except for what must be retried. */
  done(failed: readonly Write[]): void {
    this.#taken = new Map(failed.map((write) => [idOf(write.key), write]));
  }

  /** Drops everything that is only a copy of what others know. */
  dropCopies(): void {
    for (const map of [this.#queued, this.#taken]) {
      for (const [id, { kind }] of map) if (isCopy(kind)) map.delete(id);
    }
    this.#queuedBytes = 0;
  }
}

/** Whether it may be lost: lost sums would be wrong, lost deletions undone. */
export function isCopy(kind: Write["kind"]): boolean {
  return kind !== "sum" && kind !== "delete";
}

function merge(before: Write, write: Write): Write {
  if (write.kind !== "sum") return write;
  if (before.kind !== "sum") return { ...write, isFresh: true };
  const amounts: Record<string, number> = { ...before.amounts };
  for (const [name, amount] of Object.entries(write.amounts)) {
    amounts[name] = (amounts[name] ?? 0) + amount;
  }
  const expiresAt = Math.max(before.expiresAt, write.expiresAt);
  return { ...before, amounts, expiresAt };
}

function sizeOf(write: Write): number {
  if (write.kind === "bytes") return write.bytes.length;
  return write.kind === "value" ? write.json.length : 0;
}

function idOf(key: StoreKey): string {
  return JSON.stringify(key);
}
