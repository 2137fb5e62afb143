import { z } from "zod";
import { parseJson } from "../parse_json.ts";
import { writeBytes } from "./kv_bytes_writer.ts";
import {
  deleteBytes,
  expireInOf,
  readIndex,
  type WriterDeps,
} from "./kv_mutations.ts";
import { IndexRecord, kvKey, ValueRecord } from "./kv_records.ts";
import type { Write, WriteOf } from "./write_queue.ts";

/** Mutations and checks per atomic operation, far below its limit. */
const MAX_GROUP = 20;
const MAX_GROUP_CHARS = 300_000;
/** An instance that keeps losing to others waits for the next round. */
const MAX_CONFLICTS = 5;
/** More than the number of instances that could add at the same time. */
const KEPT_ADDITIONS = 16;

const Amounts = z.record(z.string(), z.number());

/**
 * Writes as much as it can, small writes together.
 *
 * @returns What was not written, or may not have been.
 */
export async function writeAll(
  writes: readonly Write[],
  deps: WriterDeps,
): Promise<Write[]> {
  const failed: Write[] = [];
  for (const group of grouped(writes)) {
    try {
      if (!await writeGroup(group, deps)) failed.push(...group);
    } catch {
      failed.push(...group); // the gate has reported why
    }
  }
  return failed;
}

/** Bytes go alone: they fill one atomic operation, or several. */
function* grouped(writes: readonly Write[]): Generator<Write[]> {
  let group: Write[] = [];
  let chars = 0;
  for (const write of writes) {
    if (write.kind === "bytes" || write.kind === "delete") {
      yield [write];
      continue;
    }
    const size = write.kind === "value" ? write.json.length : 0;
    if (group.length === MAX_GROUP || chars + size > MAX_GROUP_CHARS) {
      yield group;
      [group, chars] = [[], 0];
    }
    group.push(write);
    chars += size;
  }
  if (group.length > 0) yield group;
}

/** @returns `false` if other instances wrote in between, every time. */
async function writeGroup(
  group: readonly Write[],
  deps: WriterDeps,
): Promise<boolean> {
  const [first] = group;
  if (first?.kind === "bytes") {
    await writeBytes(first, deps);
    return true;
  }
  for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
    const isDone = await deps.gate.write(async (kv) => {
      const atomic = kv.atomic();
      await Promise.all(
        group.map((write) => prepare(write, { kv, atomic, deps })),
      );
      return (await atomic.commit()).ok;
    });
    if (isDone) return true;
  }
  return false;
}

interface Preparation {
  kv: Deno.Kv;
  atomic: Deno.AtomicOperation;
  deps: WriterDeps;
}

async function prepare(write: Write, { kv, atomic, deps }: Preparation) {
  switch (write.kind) {
    case "value": {
      const { key, json, expiresAt } = write;
      const expireIn = expireInOf(expiresAt, deps);
      atomic.set(kvKey("value", key), { expiresAt, json }, { expireIn });
      return;
    }
    case "sum":
      return await prepareSum(write, { kv, atomic, deps });
    case "touch": {
      const entry = await kv.get(kvKey("index", write.key));
      const { data: index } = IndexRecord.safeParse(entry.value);
      if (!index) return;
      const expireIn = expireInOf(index.expiresAt, deps);
      const touched = { ...index, usedAt: write.usedAt };
      atomic.check(entry).set(entry.key, touched, { expireIn });
      return;
    }
    case "delete":
      atomic.delete(kvKey("value", write.key));
      deleteBytes(atomic, write.key, await readIndex(kv, write.key));
  }
}

async function prepareSum(
  { key, amounts, expiresAt, addition, isFresh }: WriteOf<"sum">,
  { kv, atomic, deps }: Preparation,
): Promise<void> {
  const entry = await kv.get(kvKey("value", key));
  const known = ValueRecord.safeParse(entry.value).data;
  const additions = known?.additions ?? [];
  if (additions.includes(addition)) return;
  const isOver = isFresh || !known || known.expiresAt <= deps.now();
  const sum = isOver ? {} : Amounts.safeParse(parseJson(known.json)).data ?? {};
  for (const [name, amount] of Object.entries(amounts)) {
    sum[name] = (sum[name] ?? 0) + amount;
  }
  const record: ValueRecord = {
    expiresAt: Math.max(isOver ? 0 : known.expiresAt, expiresAt),
    json: JSON.stringify(sum),
    additions: [...additions, addition].slice(-KEPT_ADDITIONS),
  };
  const expireIn = expireInOf(record.expiresAt, deps);
  atomic.check(entry).set(entry.key, record, { expireIn });
}
