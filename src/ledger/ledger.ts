import { BoundedNames } from "../observe/bounded_names.ts";
import type { Observer } from "../observe/record.ts";
import { ledgerKey, type LedgerKind, ledgerPrefix } from "../store/keys.ts";
import type { Store, StoreEntry, StoreKey } from "../store/store.ts";
import { addUp, StoredSums, type Sums, toAmounts } from "./sums.ts";

/** What usage can be grouped by. */
export const LEDGER_BY = ["hour", "day", "model", "session"] as const;

/** One of {@linkcode LEDGER_BY}. */
export type LedgerBy = (typeof LEDGER_BY)[number];

/** Which usage to report. */
export interface LedgerQuery {
  by: LedgerBy;
  /**
   * Epoch milliseconds. The hour or day (UTC) it falls in is included whole;
   * models and sessions are recorded by day.
   */
  sinceMs: number;
  /** Epoch milliseconds, exclusive. */
  untilMs: number;
}

/** The usage of an hour, a day, a model or a session. */
export interface LedgerRow {
  /** Start of the hour or day in UTC, `upstream/model`, or the session's id. */
  name: string;
  sums: Sums;
}

/** Adds up the usage of messages, in the store. */
export interface Ledger {
  /** Adds a request; it is written soon, together with others. */
  observe: Observer;
  /** Rows in order of time; models and sessions by cost, highest first. */
  read(query: LedgerQuery): Promise<LedgerRow[]>;
}

/** What a {@linkcode Ledger} depends on. */
export interface LedgerOptions {
  store: Pick<Store, "add" | "list">;
}

const DAY_MS = 86_400_000;
const HOURS_AND_SESSIONS = { ttlMs: 35 * DAY_MS };
const DAYS = { ttlMs: 400 * DAY_MS };

/** Clients may invent names; those beyond this limit become `other`. */
const MAX_MODELS = 1_000;
const MAX_SESSIONS = 10_000;

/** Sums per page read. */
const PAGE = 1_000;

/** Which kind each is read from; a day is the sum of its models. */
const KINDS: Record<LedgerBy, LedgerKind> = {
  hour: "hour",
  day: "model",
  model: "model",
  session: "session",
};

/** Creates a {@linkcode Ledger}. */
export function createLedger({ store }: LedgerOptions): Ledger {
  const models = new BoundedNames(MAX_MODELS);
  const sessions = new BoundedNames(MAX_SESSIONS);

  /** Reads page after page, from the hour or day in which the query begins. */
  async function list(
    { by, sinceMs, untilMs }: LedgerQuery,
  ): Promise<StoreEntry<StoredSums>[]> {
    const kind = KINDS[by];
    const prefix = ledgerPrefix(kind);
    const until = new Date(untilMs).toISOString();
    const found: StoreEntry<StoredSums>[] = [];
    let after = ledgerKey(kind, startOf(kind, sinceMs));
    for (;;) {
      const options = { after, limit: PAGE };
      const page = await store.list(prefix, StoredSums, options);
      const wanted = page.filter(({ key }) => partsOf(key).start < until);
      found.push(...wanted);
      const last = page.at(-1);
      if (!last || wanted.length < PAGE) return found;
      after = last.key;
    }
  }

  return {
    observe(record) {
      const amounts = toAmounts(record);
      if (!amounts || !record.message) return;
      const { upstream, upstreamModel, session } = record.message;
      const endedAt = record.startedAt + record.durationMs;
      const hour = ledgerKey("hour", startOf("hour", endedAt), "");
      const day = startOf("model", endedAt);
      const model = models.name(`${upstream}/${upstreamModel}`);
      store.add(hour, amounts, HOURS_AND_SESSIONS);
      store.add(ledgerKey("model", day, model), amounts, DAYS);
      if (session === undefined) return;
      const name = sessions.name(session);
      const key = ledgerKey("session", day, name);
      store.add(key, amounts, HOURS_AND_SESSIONS);
    },

    async read(query) {
      const isOfTime = query.by === "hour" || query.by === "day";
      const entries = await list(query);
      const groups = Map.groupBy(entries, ({ key }) => {
        const { start, name } = partsOf(key);
        return isOfTime ? start : name;
      });
      const rows = [...groups].map(([name, entries]) => ({
        name,
        sums: addUp(entries.map(({ value }) => value)),
      }));
      return isOfTime ? rows : rows.toSorted((a, b) => compare(b.sums, a.sums));
    },
  };
}

function compare(a: Sums, b: Sums): number {
  return a.paidNanoUsd - b.paidNanoUsd || a.requests - b.requests;
}

/** When the hour or day began; sorts like the time itself. */
function startOf(kind: LedgerKind, timeMs: number): string {
  const iso = new Date(timeMs).toISOString();
  return kind === "hour" ? `${iso.slice(0, 13)}:00Z` : iso.slice(0, 10);
}

function partsOf(key: StoreKey): { start: string; name: string } {
  const [start = "", name = ""] = key.slice(ledgerPrefix("hour").length)
    .map(String);
  return { start, name };
}
