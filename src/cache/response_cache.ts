import { clientGone } from "../anthropic/errors.ts";
import { messageCost } from "../cost/message_cost.ts";
import type { Observer } from "../observe/record.ts";
import { responseKey, RESPONSES } from "../store/keys.ts";
import type { Store, StoreTrouble, StoreUsage } from "../store/store.ts";
import type { Answer } from "../upstream/answer.ts";
import { answerKey, type Question } from "./answer_key.ts";
import type { CacheOutcome, CalledAnswer } from "./cache_use.ts";
import type { Caching } from "./caching.ts";
import { type Begun, Flight } from "./flight.ts";
import { createLeases, type LeaseDeps } from "./leases.ts";
import { RECENT_MS, RecentAnswers } from "./recent_answers.ts";
import { Recording } from "./recording.ts";
import {
  decodeAnswer,
  encodeAnswer,
  type StoredAnswer,
} from "./stored_answer.ts";

/** What the cache works with. */
export interface ResponseCacheDeps extends LeaseDeps {
  store: Store;
  /** Epoch milliseconds. */
  now: () => number;
}

/** A question, as the cache is asked. */
export interface Asked {
  question: Question;
  caching: Caching;
  /** Aborts when this client leaves. */
  signal: AbortSignal;
  /** Asks the upstream; aborting ends its work. */
  ask: (abort: AbortController) => Promise<Answer>;
}

/** What the cache has done since the start. */
export interface CacheCounts extends Record<CacheOutcome, number> {
  /** What upstreams took for what were hits, in milliseconds. */
  savedMs: number;
  /** What upstreams would have asked, as far as prices are known. */
  savedNanoUsd: number;
}

/** The state of the cache. */
export interface CacheReport {
  /** In the store. */
  stored: StoreUsage;
  /** In this thread's memory, also those that are in the store. */
  recent: StoreUsage;
  counts: Readonly<CacheCounts>;
  trouble: StoreTrouble;
}

/** Answers of upstreams, kept or on their way. */
export interface ResponseCache {
  /**
   * An answer from its start, wherever it comes from.
   *
   * @throws {ApiError} as `ask` does, and when the client leaves.
   */
  answer(asked: Asked): Promise<Answer>;
  /** Takes note of a request that wants an answer of its own. */
  bypass(caching: Caching): void;
  /** Counts what a request would have cost that cost nothing. */
  observe: Observer;
  /** What it holds, and what it has done. */
  report(): Promise<CacheReport>;
  /** Forgets all answers. */
  clear(): Promise<void>;
}

/** Longest answer that is kept or shared with late comers, in bytes. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A flight that may be joined. */
interface Joinable {
  flight: Flight;
  /** How its answer was come by, as soon as that is known. */
  source: Promise<CalledAnswer>;
}

/** Makes a {@linkcode ResponseCache}. */
export function createResponseCache(deps: ResponseCacheDeps): ResponseCache {
  const { store, isShared, now } = deps;
  const recent = new RecentAnswers(now);
  const leases = createLeases(deps);
  const flights = new Map<string, Joinable>();
  const counts: CacheCounts = {
    "hit": 0,
    "shared": 0,
    "miss": 0,
    "store-failed": 0,
    "bypass": 0,
    savedMs: 0,
    savedNanoUsd: 0,
  };
  /** Notes how an answer was come by, for its request and for all. */
  function tell(
    answer: CalledAnswer,
    found: (answer: CalledAnswer) => void,
  ): CalledAnswer {
    counts[answer.outcome]++;
    found(answer);
    return answer;
  }

  /** Whether an answer may be in the store: others are asked for again at once. */
  const isStored = ({ keepMs }: Caching) => isShared || keepMs > RECENT_MS;

  async function read(key: string): Promise<StoredAnswer | null> {
    const bytes = await store.getBytes(responseKey(key));
    return bytes && decodeAnswer(bytes);
  }

  async function find(
    key: string,
    caching: Caching,
  ): Promise<(Begun & CalledAnswer) | null> {
    const stored = recent.get(key) ??
      (isStored(caching) ? await read(key) : null);
    if (!stored) return null;
    const { contentType, createdAt, tookMs, body } = stored;
    counts.savedMs += tookMs;
    return {
      headers: new Headers(contentType ? { "content-type": contentType } : {}),
      recording: body,
      reader: null,
      settle() {},
      outcome: "hit",
      ageMs: now() - createdAt,
    };
  }

  function startFlight(key: string, { caching, ask }: Asked): Joinable {
    const { promise: source, resolve } = Promise.withResolvers<
      CalledAnswer
    >();
    let askedAt = now();
    let release = () => {};

    async function open(abort: AbortController): Promise<Begun> {
      const { found, lease } = caching.takes === "fresh"
        ? { found: null, lease: null }
        : await leases.findOrClaim(key, {
          find: () => find(key, caching),
          signal: abort.signal,
        });
      if (found) {
        resolve(found);
        return found;
      }
      if (lease) {
        // Whoever gets it next finds the answer.
        release = () => void store.flush().then(() => lease.release());
      }
      const outcome = store.trouble === null ? "miss" : "store-failed";
      resolve({ outcome, ageMs: 0 });
      askedAt = now();
      const { headers, reader, settle } = await ask(abort);
      return { headers, recording: new Recording(), reader, settle };
    }

    const flight = new Flight({
      open,
      maxBytes: MAX_ANSWER_BYTES,
      onWhole({ headers, recording }, length) {
        const answer = {
          contentType: headers.get("content-type"),
          createdAt: now(),
          tookMs: now() - askedAt,
          length,
          body: recording,
        };
        const { keepMs } = caching;
        recent.put(key, answer, keepMs);
        if (isStored(caching)) {
          const bytes = encodeAnswer(answer);
          store.putBytes(responseKey(key), bytes, { ttlMs: keepMs });
        }
      },
      onClosed() {
        release();
        if (flights.get(key)?.flight === flight) flights.delete(key);
      },
    });
    return { flight, source };
  }

  return {
    observe({ startedAt, message }) {
      if (message?.cache !== "hit" && message?.cache !== "shared") return;
      const cost = messageCost({ ...message, attempts: 1, nowMs: startedAt });
      counts.savedNanoUsd += cost?.paidNanoUsd ?? 0;
    },
    async report() {
      const stored = await store.usage(RESPONSES);
      return { stored, recent: recent.usage, counts, trouble: store.trouble };
    },
    async clear() {
      recent.clear();
      await store.clear(RESPONSES);
    },
    bypass({ use }) {
      tell({ outcome: "bypass", ageMs: 0 }, (answer) => use.add(answer));
    },
    async answer(asked) {
      const { caching, signal } = asked;
      if (signal.aborted) throw clientGone(signal.reason);
      const found = caching.use.look();
      const key = answerKey(asked.question, caching.tenant);
      const known = caching.takes === "any" ? flights.get(key) : undefined;
      const joined = known ?? startFlight(key, asked);
      if (!flights.has(key)) flights.set(key, joined);
      let told: CalledAnswer | undefined;
      joined.source.then(({ outcome, ageMs }) => {
        const isShared = known && outcome !== "hit";
        told = tell({ outcome: isShared ? "shared" : outcome, ageMs }, found);
      });
      const becomes = (outcome: CacheOutcome) => () => {
        if (told) told.outcome = outcome;
      };
      return await joined.flight.join({
        signal,
        onInherit: becomes("miss"),
        onBequeath: becomes("shared"),
      });
    },
  };
}
