/**
 * Which of an upstream's keys a call uses, as stateless rules: a session stays
 * with its key, so that the prompt cache behind it keeps hitting, and a limited
 * or refused key is left alone.
 *
 * @module
 */
import type { ApiError, ErrorType } from "../anthropic/errors.ts";

/** Rest of a limited key if the upstream names none and others are left. */
const LIMITED_MS = 5_000;

/** Longest rest of a limited key, in milliseconds. */
const MAX_LIMITED_MS = 300_000;

/**
 * Longest rest of the only key, in milliseconds. Upstreams name the time until
 * the limit is fully restored; a smaller request may succeed long before.
 */
const MAX_ALONE_MS = 10_000;

/** Rest of a refused key, in milliseconds: its owner has to act. */
const REFUSED_MS = 300_000;

/** A period in which a key is not used, because of an answer it got. */
export interface Rest {
  /** In milliseconds, on the same clock as `now`. */
  until: number;
  type: ErrorType;
}

/** Whether a failure is about the key: another may succeed. */
export function isAboutKey({ status }: ApiError): boolean {
  return status === 429 || status === 401 || status === 402 || status === 403;
}

/**
 * The rest a key gets after a failure, if any. A refused key that is the only
 * one is used again: its bill may have been paid meanwhile.
 *
 * A 403 gives none. It may be the fault of the key or of the prompt, and a
 * prompt that breaks a rule must not take out one key after another; see
 * {@linkcode toRefusedRest}.
 */
export function toRest(
  error: ApiError,
  { isAlone }: { isAlone: boolean },
  now: number,
): Rest | null {
  const { type, status, retryAfterSeconds } = error;
  if (status === 429) {
    const askedMs = retryAfterSeconds === undefined
      ? isAlone ? 0 : LIMITED_MS
      : retryAfterSeconds * 1000;
    const maxMs = isAlone ? MAX_ALONE_MS : MAX_LIMITED_MS;
    const restMs = Math.min(askedMs, maxMs);
    return { until: now + restMs, type };
  }
  const isRefused = status === 401 || status === 402;
  return isRefused && !isAlone ? toRefusedRest(error, now) : null;
}

/** The rest of a key that was refused where another key was accepted. */
export function toRefusedRest({ type }: ApiError, now: number): Rest {
  return { until: now + REFUSED_MS, type };
}

/** What {@linkcode rank} needs of a key. */
export interface Ranked {
  /** A number that identifies the key, wherever it is in the list. */
  seed: number;
}

/** A number for a key that reveals nothing of it. */
export function toSeed(key: string): number {
  return hash(key, 0x811c9dc5);
}

/**
 * Keys in the order a session tries them. Sessions are spread evenly; a session
 * changes its key only when that key goes or a better-ranked one is added, and
 * nothing has to be remembered (rendezvous hashing). All calls without a
 * session use the same key.
 */
export function rank<T extends Ranked>(
  keys: readonly T[],
  session: string,
): readonly T[] {
  if (keys.length < 2) return keys;
  return keys
    .map((key) => ({ key, score: hash(session, key.seed) }))
    .sort((a, b) => b.score - a.score)
    .map(({ key }) => key);
}

/**
 * FNV-1a, its bits mixed at the end as in MurmurHash3.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-eastlake-fnv}
 */
function hash(text: string, seed: number): number {
  let bits = seed;
  for (let at = 0; at < text.length; at++) {
    bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
