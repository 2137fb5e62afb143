/**
 * How a serving thread recognizes itself before it has loaded anything.
 *
 * @module
 */
import type { Carrier } from "./line.ts";

/** Name of the worker; tells the one bundled file which side it is. */
export const SERVING_THREAD_NAME = "serve";

/** The parts of a worker's global scope that are used. */
export interface ThreadScope extends Carrier {
  readonly name: string;
  close(): void;
}

/** Whether this file runs as a serving thread. */
export function isServingThread<Scope extends { readonly name: string }>(
  scope: Scope,
): scope is Scope & ThreadScope {
  return scope.name === SERVING_THREAD_NAME && "postMessage" in scope;
}

/**
 * Holds messages that arrive before there is a listener: Deno drops those that
 * arrive while a worker is still loading.
 *
 * @returns Delivers them in order and stops holding.
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
