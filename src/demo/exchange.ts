/**
 * One chat request and how its answer ended.
 *
 * @module
 */
import type { ChatRequest } from "../openai/chat.ts";

/** `cancelled` means the client closed the connection before the end. */
export type ExchangeState = "running" | "finished" | "cancelled";

/** A chat request as the demo upstream got it. */
export interface Exchange {
  /** Counts the chat requests from 1. */
  readonly number: number;
  readonly path: string;
  readonly headers: Headers;
  readonly body: ChatRequest;
  readonly bodyText: string;
  readonly state: ExchangeState;
  /** Settles with the final state; tests wait for it in place of polling. */
  readonly ended: Promise<Exclude<ExchangeState, "running">>;
}

/** The request's part of an {@linkcode Exchange}. */
export type Arrival = Omit<Exchange, "state" | "ended">;

/**
 * An exchange under way. It ends once: the first {@linkcode end} holds, since
 * `request.signal` aborts after every completed response too.
 */
export class LiveExchange implements Exchange {
  readonly number: number;
  readonly path: string;
  readonly headers: Headers;
  readonly body: ChatRequest;
  readonly bodyText: string;
  state: ExchangeState = "running";
  readonly ended: Exchange["ended"];
  readonly #cancelled = new AbortController();
  readonly #settle: (state: Exclude<ExchangeState, "running">) => void;

  constructor(arrival: Arrival) {
    this.number = arrival.number;
    this.path = arrival.path;
    this.headers = arrival.headers;
    this.body = arrival.body;
    this.bodyText = arrival.bodyText;
    const { promise, resolve } = Promise.withResolvers<
      Exclude<ExchangeState, "running">
    >();
    this.ended = promise;
    this.#settle = resolve;
  }

  /** Aborts when the client has gone, and only then. */
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
