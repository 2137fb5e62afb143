import { settlesWithin } from "../settles_within.ts";
import type { Store } from "../store/store.ts";
import { STORE_PATIENCE_MS } from "./proxy.ts";
import type { Logger } from "../log.ts";

/** A ccproxy that serves, in one thread or in several. */
export interface Serving {
  /** For clients. */
  url: string;
  /**
   * Takes nothing new, lets running answers finish, and writes what is left.
   *
   * @returns Whether all answers have finished in time.
   */
  drain(limits: { timeoutMs: number }): Promise<boolean>;
}

/** What serving needs beside its settings. */
export interface ServingOptions {
  log: Logger;
  /** The module to run as a worker: the program itself. */
  workerUrl: string;
}

/** Drains, then has the store write what is queued, as long as it is quick. */
export async function drainAndFlush(
  proxies: Pick<Serving, "drain">,
  { store, timeoutMs }: { store: Store; timeoutMs: number },
): Promise<boolean> {
  const isFinished = await proxies.drain({ timeoutMs });
  await settlesWithin(store.flush(), STORE_PATIENCE_MS);
  return isFinished;
}
