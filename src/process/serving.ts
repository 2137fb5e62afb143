import type { Logger } from "../log.ts";

/** A ccproxy that serves, in one thread or in several. */
export interface Serving {
  /** For clients. */
  url: string;
  /** Takes nothing new from now on. */
  close(): Promise<void>;
  /**
   * Takes nothing new, lets running answers finish, writes what is left to
   * write, and closes everything.
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
