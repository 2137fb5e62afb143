import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { aMessageRecord, aRecord } from "../../tests/builders.ts";
import { openStore } from "../../tests/store_site.ts";
import type { Cost } from "../cost/cost.ts";
import type { MessageRecord, RequestRecord } from "../observe/record.ts";
import { NO_USAGE } from "../translate/usage.ts";
import { createLedger, type Ledger, type LedgerBy } from "./ledger.ts";

const HOUR_MS = 3_600_000;
/** The start of a day, near enough that the store keeps it. */
const DAY_MS = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
const DAY = new Date(DAY_MS).toISOString().slice(0, 10);

async function withLedger(check: (ledger: Ledger) => Promise<void>) {
  await using kv = openStore({ open: () => Deno.openKv(":memory:") });
  await check(createLedger({ store: kv.store }));
}

/** A message that began at an hour of the day and cost 2 of 5 nano-dollars. */
function at(
  hour: number,
  given: Partial<MessageRecord> = {},
  rest: Partial<RequestRecord> = {},
): RequestRecord {
  const usage = { ...NO_USAGE, input_tokens: 3, output_tokens: 1 };
  const cost: Cost = { paidNanoUsd: 2, listNanoUsd: 5, isEstimate: false };
  const message = aMessageRecord({ usage, cost, ...given });
  return aRecord({ startedAt: DAY_MS + hour * HOUR_MS, message, ...rest });
}

const ALL = { sinceMs: DAY_MS, untilMs: DAY_MS + 24 * HOUR_MS };

async function paidBy(ledger: Ledger, by: LedgerBy, query = ALL) {
  const rows = await ledger.read({ by, ...query });
  return rows.map(({ name, sums }) => [name, sums.paidNanoUsd]);
}

Deno.test("createLedger() adds up by hour, day, model and session", () =>
  withLedger(async (ledger) => {
    ledger.observe(at(1, { session: "a" }));
    ledger.observe(at(1, { session: "b", upstreamModel: "n" }));
    ledger.observe(at(2, { session: "b" }));
    ledger.observe(at(2, { session: "b" }));
    deepEqual(await paidBy(ledger, "hour"), [
      [`${DAY}T01:00Z`, 4],
      [`${DAY}T02:00Z`, 4],
    ]);
    deepEqual(await paidBy(ledger, "day"), [[DAY, 8]]);
    deepEqual(await paidBy(ledger, "model"), [["up/m", 6], ["up/n", 2]]);
    deepEqual(await paidBy(ledger, "session"), [["b", 6], ["a", 2]]);
  }));

Deno.test("createLedger() counts what is free, failed, estimated and without price", () =>
  withLedger(async (ledger) => {
    const list = { listNanoUsd: 5 };
    const free = { paidNanoUsd: 0, ...list, isEstimate: false };
    const guessed = { paidNanoUsd: 3, ...list, isEstimate: true };
    const unpriced = { paidNanoUsd: null, ...list, isEstimate: false };
    ledger.observe(at(1));
    ledger.observe(at(1, { attempts: 0, cost: free }));
    ledger.observe(at(1, { cost: guessed }, { outcome: "client gone" }));
    ledger.observe(at(1, { cost: unpriced }));
    ledger.observe(at(1, { usage: null, cost: null }, { outcome: "failed" }));
    ledger.observe(aRecord({ startedAt: DAY_MS }));
    const [row] = await ledger.read({ by: "day", ...ALL });
    deepEqual(row?.sums, {
      requests: 5,
      failed: 1,
      free: 1,
      estimated: 1,
      estimatedNanoUsd: 3,
      unpriced: 1,
      inputTokens: 12,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 4,
      paidNanoUsd: 5,
      listNanoUsd: 20,
      savedNanoUsd: 10,
    });
  }));

Deno.test("createLedger() tells whole hours from the first to before the last", () =>
  withLedger(async (ledger) => {
    for (const hour of [1, 2, 3]) ledger.observe(at(hour));
    const query = {
      sinceMs: DAY_MS + 2.5 * HOUR_MS,
      untilMs: DAY_MS + 3 * HOUR_MS,
    };
    deepEqual(await paidBy(ledger, "hour", query), [[`${DAY}T02:00Z`, 2]]);
  }));

Deno.test("createLedger() reads more sums than a page has", () =>
  withLedger(async (ledger) => {
    for (let i = 0; i < 2_500; i++) ledger.observe(at(1, { session: `s${i}` }));
    const rows = await ledger.read({ by: "session", ...ALL });
    equal(rows.length, 2_500);
  }));
