/**
 * Which of an upstream's keys a call goes with, as rules without state: a
 * session keeps to its key, so that the prompt cache behind it keeps hitting,
 * and a key that is limited or refused is left in peace.
 *
 * @module
 */
import type { ApiError, ErrorType } from "../anthropic/errors.ts";

/** Rest of a limited key if the upstream names none and others can stand in. */
const LIMITED_MS = 5_000;

/** Longest rest of a limited key, in milliseconds. */
const MAX_LIMITED_MS = 300_000;

/**
 * Longest rest of the only key, in milliseconds. Makers name the time until a
 * limit is whole again; a smaller request may pass long before.
 */
const MAX_ALONE_MS = 10_000;

/** Rest of a refused key, in milliseconds: its owner has to do something. */
const REFUSED_MS = 300_000;

/** A key that is not asked for a while, because of an answer it got. */
export interface Rest {
  /** In milliseconds of the clock that `now` is read from. */
  until: number;
  type: ErrorType;
}

/** Whether a failure is about the key: another one may do better. */
export function isAboutKey({ status }: ApiError): boolean {
  return status === 429 || status === 401 || status === 402 || status === 403;
}

/**
 * The rest a key gets after a failure, if any. A key that is refused and has no
 * other beside it is asked again: somebody may have paid the bill meanwhile.
 *
 * A 403 gives none. It may be the key's fault or the prompt's, and a prompt
 * that breaks a rule must not use up one key after another; see
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

/** The rest of a key that was refused what another key got. */
export function toRefusedRest({ type }: ApiError, now: number): Rest {
  return { until: now + REFUSED_MS, type };
}

/** What {@linkcode rank} needs of a key. */
export interface Ranked {
  /** A number that stands for the key, wherever it is in the list. */
  seed: number;
}

/** A number for a key that gives nothing of it away. */
export function toSeed(key: string): number {
  return hash(key, 0x811c9dc5);
}

/**
 * Keys in the order in which a session tries them. Sessions are spread evenly;
 * one changes its key only when that key goes or a better one comes, without
 * anything being remembered (rendezvous hashing). Calls without a session all
 * stay together.
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
 * FNV-1a, its bits mixed as MurmurHash3 does in the end.
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
