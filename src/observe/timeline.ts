import type { ApiError, ErrorType } from "../anthropic/errors.ts";
import type { CacheOutcome } from "../cache/cache_use.ts";
import type { Target, Upstream } from "../models/select_target.ts";

/** A period, in milliseconds since the request arrived. */
export interface Period {
  startMs: number;
  endMs: number;
}

/** A response-cache lookup. */
export interface Lookup extends Period {
  outcome: CacheOutcome;
}

/** One attempt at an upstream. */
export interface AttemptRecord {
  /** Name of the upstream. */
  upstream: string;
  /** Its base URL, which may hold credentials. */
  url: string;
  model: string;
  /** Milliseconds since the client's request arrived. */
  startMs: number;
  /** When nothing more came; `null`: still running at the end. */
  endMs: number | null;
  /** The upstream's HTTP status; `null`: none arrived. */
  status: number | null;
  /** What went wrong, as the client would be told. */
  error: { type: ErrorType; status: number } | null;
}

/** Listens to an attempt's progress. */
export interface AttemptWatch {
  /** The upstream's status line has arrived. */
  answered: (status: number) => void;
  /** What went wrong; only the first report counts. */
  failed: (error: ApiError) => void;
  /** Nothing more will come. May be called more than once. */
  ended: () => void;
}

/** When each step for a message took place. */
export interface TimelineRecord {
  translations: readonly Period[];
  lookups: readonly Lookup[];
  /** In the order they were made. */
  attempts: readonly AttemptRecord[];
}

/** An empty timeline. */
export const UNTIMED: TimelineRecord = {
  translations: [],
  lookups: [],
  attempts: [],
};

/** The target that is asked. */
type Asked = Pick<Target, "model"> & {
  upstream: Pick<Upstream, "name" | "url">;
};

/** Records when each step for a message takes place. */
export class Timeline {
  readonly #elapsedMs: () => number;
  readonly translations: Period[] = [];
  readonly attempts: AttemptRecord[] = [];

  /** @param elapsedMs Milliseconds since the request arrived. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** The same translation, recording each time it runs. */
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

  /** Records an attempt that begins now. */
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
