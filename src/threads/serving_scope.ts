/**
 * What a thread that serves knows itself by, before it has loaded anything.
 *
 * @module
 */
import type { Carrier } from "./line.ts";

/** Name of the worker; the one bundled file knows by it which side it is. */
export const SERVING_THREAD_NAME = "serve";

/** What is used of a worker's global scope. */
export interface ThreadScope extends Carrier {
  readonly name: string;
  close(): void;
}

/** Tells whether this file runs as a thread that serves. */
export function isServingThread<Scope extends { readonly name: string }>(
  scope: Scope,
): scope is Scope & ThreadScope {
  return scope.name === SERVING_THREAD_NAME && "postMessage" in scope;
}

/**
 * Keeps messages that come before somebody listens: Deno drops those that come
 * while a worker still loads.
 *
 * @returns Hands them on, in their order; nothing is kept from then on.
 */
export function holdMessages(scope: EventTarget): () => void {
  const held: MessageEvent[] = [];
  const hold = (event: Event) => {
    if (event instanceof MessageEvent) held.push(event);
  };
  scope.addEventListener("message", hold);
  return () => {
    scope.removeEventListener("message", hold);
    for (const { data } of held) {
      scope.dispatchEvent(new MessageEvent("message", { data }));
    }
  };
}
