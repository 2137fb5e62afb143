import type { ApiError, ErrorType } from "../anthropic/errors.ts";
import type { CacheOutcome } from "../cache/cache_use.ts";
import type { Target, Upstream } from "../models/select_target.ts";

/** A stretch of time, in milliseconds since its request came. */
export interface Period {
  startMs: number;
  endMs: number;
}

/** A look into the response cache. */
export interface Lookup extends Period {
  outcome: CacheOutcome;
}

/** One request to an upstream. */
export interface AttemptRecord {
  /** Name of the upstream. */
  upstream: string;
  /** Its base URL, which may hold credentials. */
  url: string;
  model: string;
  /** Milliseconds since the client's request came. */
  startMs: number;
  /** When nothing more came; `null`: it was still going on in the end. */
  endMs: number | null;
  /** The upstream's HTTP status; `null`: it never came to that. */
  status: number | null;
  /** What was wrong, as the client would be told. */
  error: { type: ErrorType; status: number } | null;
}

/** Is told how an attempt goes. */
export interface AttemptWatch {
  /** The upstream's status line is there. */
  answered: (status: number) => void;
  /** What was wrong; the first word counts. */
  failed: (error: ApiError) => void;
  /** Nothing more will come. May be told more than once. */
  ended: () => void;
}

/** When what was done for a message. */
export interface TimelineRecord {
  translations: readonly Period[];
  lookups: readonly Lookup[];
  /** In the order they were made. */
  attempts: readonly AttemptRecord[];
}

/** A timeline of nothing. */
export const UNTIMED: TimelineRecord = {
  translations: [],
  lookups: [],
  attempts: [],
};

/** Who is asked. */
type Asked = Pick<Target, "model"> & {
  upstream: Pick<Upstream, "name" | "url">;
};

/** Notes when what is done for a message. */
export class Timeline {
  readonly #elapsedMs: () => number;
  readonly translations: Period[] = [];
  readonly attempts: AttemptRecord[] = [];

  /** @param elapsedMs Milliseconds since the request came. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** The same translation, with a note of each time it is made. */
  translating<A extends unknown[], R>(
    translate: (...given: A) => R | Promise<R>,
  ): (...given: A) => Promise<R> {
    return async (...given) => {
      const startMs = this.#elapsedMs();
      try {
        return await translate(...given);
      } finally {
        this.translations.push({ startMs, endMs: this.#elapsedMs() });
      }
    };
  }

  /** Notes an attempt that begins now. */
  attempt({ upstream: { name, url }, model }: Asked): AttemptWatch {
    const attempt: AttemptRecord = {
      upstream: name,
      url,
      model,
      startMs: this.#elapsedMs(),
      endMs: null,
      status: null,
      error: null,
    };
    this.attempts.push(attempt);
    return {
      answered: (status) => void (attempt.status = status),
      failed: ({ type, status }) => void (attempt.error ??= { type, status }),
      ended: () => void (attempt.endMs ??= this.#elapsedMs()),
    };
  }
}
