import { z } from "zod";
import { tokenCountKey } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { TokenCounter } from "./counter.ts";
import type { Encoding } from "./encoding.ts";
import { estimateTexts } from "./estimate.ts";
import { KnownCounts } from "./known_counts.ts";

/**
 * Length of texts whose counts are also stored: counting shorter ones is faster
 * than looking them up, and encoding longer ones would block the event loop.
 */
const MIN_STORED_CHARS = 4_000, MAX_STORED_CHARS = 1_000_000;

const Tokens = z.int().nonnegative();

/** What {@linkcode createCountCache} depends on. */
export interface CountCacheOptions {
  counter: Pick<TokenCounter, "count">;
  store: Pick<Store, "get" | "put">;
  /** How long a count is kept. */
  ttlMs: number;
  /** Milliseconds. */
  now: () => number;
}

/** Counts the tokens of all texts together; never rejects. */
export type CountTexts = (
  texts: readonly string[],
  encoding: Encoding,
) => Promise<number>;

interface Counts {
  known: KnownCounts;
  /** Texts that are being counted. */
  pending: Map<string, Promise<number>>;
}

/**
 * Caches counts by text, those of long texts also in the store, by hash. A text
 * is counted once, however many callers ask for it at the same time.
 *
 * What could not be counted is estimated, and not cached.
 */
export function createCountCache(
  { counter, store, ttlMs, now }: CountCacheOptions,
): CountTexts {
  const encodings = new Map<Encoding, Counts>();

  function countsOf(encoding: Encoding): Counts {
    const counts = encodings.get(encoding) ??
      { known: new KnownCounts({ ttlMs, now }), pending: new Map() };
    encodings.set(encoding, counts);
    return counts;
  }

  /** Counts texts that are not cached. */
  async function find(
    texts: readonly string[],
    encoding: Encoding,
  ): Promise<Map<string, number>> {
    const { known } = countsOf(encoding);
    const found = new Map<string, number>();
    const keys = await keysOf(texts, encoding);
    await Promise.all([...keys].map(async ([text, key]) => {
      const tokens = await store.get(key, Tokens);
      if (tokens !== null) found.set(text, tokens);
    }));
    const left = texts.filter((text) => !found.has(text));
    const uncounted: string[] = [];
    (await counter.count(left, encoding)).forEach((tokens, i) => {
      const text = left[i] ?? "";
      if (tokens === null) return void uncounted.push(text);
      found.set(text, tokens);
      const key = keys.get(text);
      if (key) store.put(key, tokens, { ttlMs });
    });
    for (const [text, tokens] of found) known.set(text, tokens);
    return new Map([...found, ...estimateEach(uncounted, found)]);
  }

  return async (texts, encoding) => {
    const { known, pending } = countsOf(encoding);
    const waits: Promise<number>[] = [];
    const missing = new Map<string, PromiseWithResolvers<number>>();
    let tokens = 0;
    for (const text of texts) {
      if (text === "") continue;
      const count = known.get(text) ?? pending.get(text);
      if (typeof count === "number") tokens += count;
      else if (count) waits.push(count);
      else {
        const waiting = Promise.withResolvers<number>();
        missing.set(text, waiting);
        pending.set(text, waiting.promise);
        waits.push(waiting.promise);
      }
    }
    if (missing.size > 0) {
      const found = await find([...missing.keys()], encoding);
      for (const [text, { resolve }] of missing) {
        pending.delete(text);
        resolve(found.get(text) ?? 0);
      }
    }
    for (const wait of waits) tokens += await wait;
    return Math.round(tokens);
  };
}

/**
 * Gives each text its share of the estimate of all, which takes constant time;
 * the estimate is corrected by its error for the texts that were counted.
 */
function estimateEach(
  texts: readonly string[],
  counted: ReadonlyMap<string, number>,
): [text: string, tokens: number][] {
  if (texts.length === 0) return [];
  const compared = [...counted.keys()];
  const [exact, estimate] = [
    sum([...counted.values()]),
    estimateTexts(compared),
  ];
  const scale = exact > 0 && estimate > 0 ? exact / estimate : 1;
  const chars = sum(texts.map(({ length }) => length));
  const tokensPerChar = scale * estimateTexts(texts) / chars;
  return texts.map((text) => [text, tokensPerChar * text.length]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** The store keys of long texts. */
async function keysOf(texts: readonly string[], encoding: Encoding) {
  const long = texts.filter(({ length }) =>
    length >= MIN_STORED_CHARS && length <= MAX_STORED_CHARS
  );
  return new Map(
    await Promise.all(long.map(async (text) => {
      const bytes = new TextEncoder().encode(text);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return [text, tokenCountKey(encoding, hash.toHex())] as const;
    })),
  );
}
