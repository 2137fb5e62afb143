/**
 * The worker's side of the token counter: texts in, number of tokens out.
 * Importing it starts nothing.
 *
 * @module
 */

import { createBpe } from "./bpe.ts";

/** Name of the worker; the one bundled file knows by it which side it is. */
export const TOKEN_WORKER_NAME = "tokens";

/** What the worker is asked. */
export interface CountRequest {
  /** Comes back in the reply. */
  readonly id: number;
  readonly texts: readonly string[];
}

/** What the worker answers. */
export interface CountReply {
  readonly id: number;
  /** Sum over all texts. */
  readonly tokens: number;
}

/** What is used of a worker's global scope. */
export interface TokenWorkerScope {
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<CountRequest>) => void,
  ): void;
  postMessage(reply: CountReply): void;
}

/**
 * Tells whether this file runs as the token counter's worker.
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
 * Loads the ranks (0.1 s, 45 MB) at once, so a started worker is a warm one.
 * Nothing is caught: a failure ends the worker, which is how the other side
 * hears of it.
 */
export function serveTokenCounts(scope: TokenWorkerScope): void {
  const loading = loadBpe();
  scope.addEventListener("message", async ({ data: { id, texts } }) => {
    const countTokens = await loading;
    const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
    scope.postMessage({ id, tokens });
  });
}

/** Imports the ranks only here, as the server's side never needs them. */
async function loadBpe(): Promise<(text: string) => number> {
  const { default: ranks } = await import("js-tiktoken/ranks/o200k_base");
  return createBpe(ranks);
}
