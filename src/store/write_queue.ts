import type { StoreBytes, StoreKey } from "./store.ts";

/** Something to be written. */
export type Write =
  & { key: StoreKey }
  & (
    | { kind: "value"; json: string; expiresAt: number }
    | { kind: "bytes"; bytes: StoreBytes; expiresAt: number }
    | {
      kind: "sum";
      amounts: Readonly<Record<string, number>>;
      expiresAt: number;
      /** Names the addition, so that it counts once however often it is tried. */
      addition: string;
      /** Whether what was there before is deleted. */
      isFresh: boolean;
    }
    | { kind: "delete" }
    /** Bytes that were read. */
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

/**
 * What waits to be written, one write a key: the last one counts, additions are
 * added up.
 */
export class WriteQueue {
  #queued = new Map<string, Write>();
  #taken = new Map<string, Write>();
  #queuedBytes = 0;

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.#queued.size === 0 && this.#taken.size === 0;
  }

  /** @returns `false` if too much waits already. */
  push(write: Write): boolean {
    const id = idOf(write.key);
    const before = this.#queued.get(id);
    // What is newly written or gone needs no mark of having been read.
    if (write.kind === "touch" && (before || this.#taken.has(id))) return true;
    if (
      !before && this.#queued.size >= MAX_QUEUED_WRITES ||
      sizeOf(write) + this.#queuedBytes > MAX_QUEUED_BYTES
    ) return false;
    this.#queuedBytes += sizeOf(write) - (before ? sizeOf(before) : 0);
    this.#queued.set(id, before ? merge(before, write) : write);
    return true;
  }

  /** The write of a key that is not done yet. */
  find(key: StoreKey): Write | undefined {
    const id = idOf(key);
    return this.#queued.get(id) ?? this.#taken.get(id);
  }

  /**
   * Takes what is to be written next. What was taken before and not done comes
   * first and alone: nobody knows whether it was written after all, so it must
   * not be merged with anything.
   */
  take(): Write[] {
    if (this.#taken.size === 0) {
      this.#taken = this.#queued;
      this.#queued = new Map();
      this.#queuedBytes = 0;
    }
    return [...this.#taken.values()];
  }

  /** Forgets what was taken, but for what is to be tried again. */
  done(failed: readonly Write[]): void {
    this.#taken = new Map(failed.map((write) => [idOf(write.key), write]));
  }

  /** Forgets all that is only a copy of what others know, too. */
  dropCopies(): void {
    for (const map of [this.#queued, this.#taken]) {
      for (const [id, { kind }] of map) if (isCopy(kind)) map.delete(id);
    }
    this.#queuedBytes = 0;
  }
}

/** Tells what may be lost: sums would be wrong, and the deleted be back. */
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
