/**
 * The worker's side of the token counter: texts in, token counts out. Importing
 * it starts nothing.
 *
 * @module
 */

import { createBpe } from "./bpe.ts";
import type { Encoding } from "./encoding.ts";

/** Name of the worker; tells the one bundled file which side it is. */
export const TOKEN_WORKER_NAME = "tokens";

/** What the worker receives. */
export interface CountRequest {
  /** Comes back in the reply. */
  readonly id: number;
  readonly encoding: Encoding;
  readonly texts: readonly string[];
}

/** What the worker answers. */
export interface CountReply {
  readonly id: number;
  /** For each text. */
  readonly tokens: readonly number[];
}

/** The parts of a worker's global scope that are used. */
export interface TokenWorkerScope {
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<CountRequest>) => void,
  ): void;
  postMessage(reply: CountReply): void;
}

/**
 * Whether this file runs as the token counter's worker.
 *
 * @example The entry of a program that is its own worker
 * ```ts
 * import { isTokenWorker, serveTokenCounts } from "./worker.ts";
 *
 * if (isTokenWorker(self)) serveTokenCounts(self);
 * ```
 */
export function isTokenWorker<Scope extends { readonly name: string }>(
  scope: Scope,
): scope is Scope & TokenWorkerScope {
  return scope.name === TOKEN_WORKER_NAME && "postMessage" in scope;
}

/**
 * Answers each {@link CountRequest} with a {@link CountReply}.
 *
 * Loads o200k_base (0.1 s, 45 MB) at once, so that a started worker is ready;
 * cl100k_base, which only old models use, on first demand. Nothing is caught: a
 * failure ends the worker, which is how the other side notices it.
 */
export function serveTokenCounts(scope: TokenWorkerScope): void {
  const counters: Partial<Record<Encoding, Promise<CountText>>> = {
    o200k_base: loadBpe("o200k_base"),
  };
  scope.addEventListener("message", async ({ data }) => {
    const { id, encoding, texts } = data;
    const count = await (counters[encoding] ??= loadBpe(encoding));
    scope.postMessage({ id, tokens: texts.map(count) });
  });
}

type CountText = (text: string) => number;

/** Imports the ranks only here, as the server's side never needs them. */
async function loadBpe(encoding: Encoding): Promise<CountText> {
  const { default: ranks } = encoding === "o200k_base"
    ? await import("js-tiktoken/ranks/o200k_base")
    : await import("js-tiktoken/ranks/cl100k_base");
  return createBpe(ranks);
}
