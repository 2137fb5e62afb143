import type { Logger } from "../log.ts";

/** A running ccproxy, in one thread or several. */
export interface Serving {
  /** Where clients reach it. */
  url: string;
  /** Stops accepting new work. */
  close(): Promise<void>;
  /**
   * Stops accepting new work, lets running answers finish, writes what is
   * pending, and closes everything.
   *
   * @returns Whether all answers finished in time.
   */
  drain(limits: { timeoutMs: number }): Promise<boolean>;
}

/** What serving needs besides its settings. */
export interface ServingOptions {
  log: Logger;
  /** The module to run as a worker: the program itself. */
  workerUrl: string;
}
