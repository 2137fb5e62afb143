import type { Config } from "../config/config.ts";
import type { Logger } from "../log.ts";
import type { TakeTurn } from "../middleware/rate_limit.ts";
import { createRateLimit } from "../middleware/token_bucket.ts";
import { type Books, openBooks } from "../observe/books.ts";
import { createWebhook } from "../observe/webhook.ts";
import type { RawStore } from "../store/raw_store.ts";
import type { Store } from "../store/store.ts";
import { createTypedStore } from "../store/typed_store.ts";
import { settlesWithin } from "../settles_within.ts";
import { createTokenCounter, type TokenCounter } from "../tokens/counter.ts";
import { openStore } from "./open_store.ts";

/** What all serving threads share; owned by the main thread. */
export interface Common {
  rawStore: RawStore;
  store: Store;
  books: Books;
  tokens: TokenCounter;
  takeTurn: TakeTurn | null;
  /** Starts the tokenizer before it is needed, but after startup. */
  warmSoon(): void;
  /** Writes what is pending, if the store is quick, and closes everything. */
  close(): Promise<void>;
}

/** How long startup and shutdown wait for the store; it usually takes 10 ms. */
export const STORE_PATIENCE_MS = 1_000;

/** How long the first requests have the CPUs to themselves, in milliseconds. */
const WARM_AFTER_MS = 1_000;

/** Opens what all serving threads share. */
export function openCommon(
  config: Config,
  { log, workerUrl }: { log: Logger; workerUrl: string },
): Common {
  const rawStore = openStore(config.store, log);
  const store = createTypedStore(rawStore);
  const url = config.alertWebhook?.reveal();
  const deliver = url === undefined ? null : createWebhook({ url, fetch, log });
  const books = openBooks({ log, store, deliver, now: Date.now });
  const tokens = createTokenCounter({ workerUrl });
  let warming: ReturnType<typeof setTimeout> | undefined;
  return {
    rawStore,
    store,
    books,
    tokens,
    takeTurn: createRateLimit(config.guards.rateLimit, Date.now),
    warmSoon() {
      warming = setTimeout(() => tokens.warm(), WARM_AFTER_MS);
      Deno.unrefTimer(warming);
    },
    async close() {
      clearTimeout(warming);
      tokens.close();
      books[Symbol.dispose]();
      const closed = rawStore[Symbol.asyncDispose](); // which writes what is pending
      await settlesWithin(closed, STORE_PATIENCE_MS);
    },
  };
}
