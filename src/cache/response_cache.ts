import { clientGone } from "../anthropic/errors.ts";
import { messageCost } from "../cost/message_cost.ts";
import type { Observer } from "../observe/record.ts";
import type { Store, StoreTrouble, StoreUsage } from "../store/store.ts";
import type { Answer } from "../upstream/answer.ts";
import { answerKey, type Question } from "./answer_key.ts";
import type { CacheOutcome, CalledAnswer } from "./cache_use.ts";
import type { Caching } from "./caching.ts";
import type { Joinable } from "./answer_port.ts";
import { type Begun, Flight } from "./flight.ts";
import { Claims } from "./claims.ts";
import { createLeases, type LeaseDeps } from "./leases.ts";
import { KeptAnswers } from "./kept_answers.ts";
import { Recording } from "./recording.ts";
import type { ThreadFlights } from "./thread_flights.ts";

/** What the cache depends on. */
export interface ResponseCacheDeps extends LeaseDeps {
  store: Store;
  /** The other threads of this process; `null`: there are none. */
  threads: ThreadFlights | null;
  /** Epoch milliseconds. */
  now: () => number;
}

/** A question as put to the cache. */
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
  /** Upstream time saved by hits, in milliseconds. */
  savedMs: number;
  /** Upstream cost saved, as far as prices are known. */
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

/** Upstreams' answers, kept or on their way. */
export interface ResponseCache {
  /**
   * An answer from its start, wherever it comes from.
   *
   * @throws {ApiError} as `ask` does, and when the client leaves.
   */
  answer(asked: Asked): Promise<Answer>;
  /** Records a request that wants an answer of its own. */
  bypass(caching: Caching): void;
  /** Counts what a free request would have cost. */
  observe: Observer;
  /** What it holds, and what it has done. */
  report(): Promise<CacheReport>;
  /** Deletes all answers. */
  clear(): Promise<void>;
}

/** Size up to which an answer is kept or shared with late joiners, in bytes. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Creates a {@linkcode ResponseCache}. */
export function createResponseCache(deps: ResponseCacheDeps): ResponseCache {
  const { store, isShared, threads, now } = deps;
  const kept = new KeptAnswers({ store, isShared, now });
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

  /** Records how an answer was obtained, for its request and in total. */
  function tell(
    answer: CalledAnswer,
    found: (answer: CalledAnswer) => void,
  ): void {
    counts[answer.outcome]++;
    found(answer);
  }

  function startFlight(key: string, { caching, ask }: Asked): Joinable {
    const { keepMs } = caching;
    const source = Promise.withResolvers<CalledAnswer>();
    const leased = new Claims(store);
    /** Held while this thread has the answer: others get it from here. */
    const boarded = new Claims(store);
    let isKept = false;
    let askedAt: number | null = null;

    /** Looks here, in another thread, in the store, at another instance. */
    async function findOrClaim({ signal }: AbortController) {
      const recent = kept.findRecent(key);
      if (recent) return recent;
      const board = await threads?.board(key, {
        signal,
        onInherit: () =>
          void source.promise.then((source) => source.outcome = "miss"),
      });
      if (board?.found) return board.found;
      boarded.add(board);
      const { found, lease } = await leases.findOrClaim(key, {
        find: () => kept.findStored(key, keepMs),
        signal,
      });
      leased.add(lease);
      return found;
    }

    async function open(abort: AbortController): Promise<Begun> {
      const isFresh = caching.takes === "fresh";
      const found = isFresh ? null : await findOrClaim(abort);
      if (found) {
        counts.savedMs += found.tookMs;
        source.resolve({ outcome: found.outcome, ageMs: found.ageMs });
        return found;
      }
      const outcome = store.trouble === null ? "miss" : "store-failed";
      source.resolve({ outcome, ageMs: 0 });
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
          tookMs: now() - (askedAt ?? now()),
          length,
          body: recording,
        };
        isKept = true;
        const options = { keepMs, onGone: () => void boarded.release() };
        // An answer that another thread asked for is stored by that thread.
        if (askedAt === null) kept.keepRecent(key, answer, options);
        else kept.keep(key, answer, options);
      },
      onClosed() {
        void leased.release({ hasWritten: askedAt !== null });
        if (flights.get(key)?.flight === flight) flights.delete(key);
      },
      onOver() {
        if (!isKept) void boarded.release();
      },
    });
    return { flight, source: source.promise };
  }

  /** For another thread, which has not found it itself. */
  function findHere(key: string): Joinable | null {
    const known = flights.get(key);
    const found = known ? null : kept.findRecent(key);
    if (!found) return known ?? null;
    const flight = new Flight({
      open: () => Promise.resolve(found),
      maxBytes: MAX_ANSWER_BYTES,
      onWhole() {},
      onClosed() {},
      onOver() {},
    });
    return { flight, source: Promise.resolve(found) };
  }
  threads?.serve(findHere);

  return {
    observe({ startedAt, message }) {
      if (message?.cache !== "hit" && message?.cache !== "shared") return;
      const cost = messageCost({ ...message, attempts: 1, nowMs: startedAt });
      counts.savedNanoUsd += cost?.paidNanoUsd ?? 0;
    },
    async report() {
      return { ...await kept.usage(), counts, trouble: store.trouble };
    },
    clear: () => kept.clear(),
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
      let isPayer = !known;
      joined.source.then((source) => {
        const isOwn = () => isPayer || source.outcome === "hit";
        tell({
          get outcome() {
            return isOwn() ? source.outcome : "shared";
          },
          ageMs: source.ageMs,
        }, found);
      });
      return await joined.flight.join({
        signal,
        onInherit: () => void (isPayer = true),
        onBequeath: () => void (isPayer = false),
      });
    },
  };
}
