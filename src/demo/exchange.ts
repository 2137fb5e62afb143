/**
 * One request for an answer, and how the answer ended.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";
import type { ApiPath } from "./api.ts";
import type { OutputItem } from "./responses/draft.ts";

/** `cancelled` means the client closed the connection before the end. */
export type ExchangeState = "running" | "finished" | "cancelled";

/** A request as the demo upstream received it. */
export interface Exchange {
  /** Number of the request, from 1. */
  readonly number: number;
  readonly path: string;
  readonly api: ApiPath;
  readonly headers: Headers;
  /** The request as Chat Completions, whichever API it came through. */
  readonly body: ChatRequest;
  /** The request's body, byte for byte. */
  readonly bodyText: string;
  /** Items that were returned, in the Responses API. */
  readonly output: readonly OutputItem[];
  readonly state: ExchangeState;
  /** Resolves to the final state; tests await it instead of polling. */
  readonly ended: Promise<Exclude<ExchangeState, "running">>;
}

/** The request's part of an {@linkcode Exchange}. */
export type Arrival = Omit<Exchange, "state" | "ended" | "output">;

/**
 * An exchange in progress. It ends once: only the first {@linkcode end} counts,
 * since `request.signal` also aborts after every completed response.
 */
export class LiveExchange implements Exchange {
  readonly number: number;
  readonly path: string;
  readonly api: ApiPath;
  readonly headers: Headers;
  readonly body: ChatRequest;
  readonly bodyText: string;
  output: readonly OutputItem[] = [];
  state: ExchangeState = "running";
  readonly ended: Exchange["ended"];
  readonly #cancelled = new AbortController();
  readonly #settle: (state: Exclude<ExchangeState, "running">) => void;

  constructor(arrival: Arrival) {
    this.number = arrival.number;
    this.path = arrival.path;
    this.api = arrival.api;
    this.headers = arrival.headers;
    this.body = arrival.body;
    this.bodyText = arrival.bodyText;
    const { promise, resolve } = Promise.withResolvers<
      Exclude<ExchangeState, "running">
    >();
    this.ended = promise;
    this.#settle = resolve;
  }

  /** Aborts when the client has left, and only then. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  end(state: Exclude<ExchangeState, "running">): void {
    if (this.state !== "running") return;
    this.state = state;
    if (state === "cancelled") this.#cancelled.abort();
    this.#settle(state);
  }
}
