import type { Logger } from "../log.ts";
import type { MainCalls, ThreadCalls, ThreadOrder } from "./calls.ts";
import { type CallOptions, type Line, openLine, type Result } from "./line.ts";

/** What {@linkcode Supervisor} depends on. */
export interface SupervisorOptions {
  /** How many threads serve. */
  count: number;
  /** Starts a worker that waits for calls. */
  createWorker: () => Worker;
  /** Makes what a thread is started with; called again for each replacement. */
  prepare: () => PreparedThread;
  /** Calls threads may make to the main thread. */
  own: Omit<MainCalls, "crashed">;
  log: Pick<Logger, "info" | "error">;
  /** @default {SUPERVISOR_TIMES} */
  times?: SupervisorTimes;
}

/** What a thread is started with. */
export interface PreparedThread {
  order: ThreadOrder;
  /** Which of it is transferred to the thread. */
  transfer: Transferable[];
  /** Releases this side's part of it when the thread has ended. */
  release: () => void;
}

/** Timeouts of a {@linkcode Supervisor}, in milliseconds. */
export interface SupervisorTimes {
  /** A thread silent for this long is considered hung. */
  silenceMs: number;
  /** Interval between checks for silence. */
  lookMs: number;
  /** Delay of a replacement if the previous thread died young, too; doubles. */
  restartMs: number;
  /** A thread that lived longer did not die young. */
  youthMs: number;
  /** How long a crashed thread has to end its answers. */
  farewellMs: number;
  /** How long a thread may take to answer a call. */
  callMs: number;
}

/** Threads report their event-loop delay four times a second. */
export const SUPERVISOR_TIMES: SupervisorTimes = {
  silenceMs: 30_000,
  lookMs: 5_000,
  restartMs: 250,
  youthMs: 10_000,
  farewellMs: 5_000,
  callMs: 2_000,
};

/** Extra time for draining beyond its limit: ending answers, and messages. */
const DRAIN_GRACE_MS = 5_000;

/** Starting a thread compiles the program once more. */
const START_MS = 60_000;

const MAX_DOUBLINGS = 6;

interface Thread {
  line: Line<ThreadCalls>;
  /** Rejects when it cannot serve. */
  serves: Promise<void>;
  /** Ends it at once. */
  end: () => void;
  startedAt: number;
  /** Consecutive checks without a message; -1: still starting. */
  silentLooks: number;
}

/** Keeps a fixed number of threads serving: replaces those that die or hang. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #times: SupervisorTimes;
  /** By index; absent while a replacement is pending. */
  readonly #threads = new Map<number, Thread>();
  readonly #restarts = new Map<number, ReturnType<typeof setTimeout>>();
  /** Crashed threads that are still ending their answers. */
  readonly #leaving = new Map<Thread, ReturnType<typeof setTimeout>>();
  #lookTimer: ReturnType<typeof setInterval> | undefined;
  /** Early deaths in a row. */
  #youngDeaths = 0;
  #isDraining = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#times = options.times ?? SUPERVISOR_TIMES;
  }

  /** The current number of threads. */
  get size(): number {
    return this.#threads.size;
  }

  /**
   * Starts all threads; resolves when they serve.
   *
   * @throws {LineError} when one cannot.
   */
  async start(): Promise<void> {
    const { count } = this.#options;
    const threads = Array.from({ length: count }, (_, i) => this.#start(i));
    await Promise.all(threads.map(({ serves }) => serves));
    this.#lookTimer = setInterval(() => this.#look(), this.#times.lookMs);
  }

  /** Calls every thread; returns the answers of those that reply. */
  async all<M extends keyof ThreadCalls>(
    method: M,
    args: Parameters<ThreadCalls[M]>,
    options: CallOptions = {},
  ): Promise<Result<ThreadCalls[M]>[]> {
    const calls = [...this.#threads.values()]
      .map(({ line }) => line.call(method, args, options));
    const settled = await Promise.allSettled(calls);
    return settled.flatMap((call) =>
      call.status === "fulfilled" ? [call.value] : []
    );
  }

  /** Makes all threads stop accepting new work; none is replaced any more. */
  async close(): Promise<void> {
    this.#isDraining = true;
    clearInterval(this.#lookTimer);
    for (const timer of this.#restarts.values()) clearTimeout(timer);
    await this.all("close", []);
  }

  /**
   * Makes all threads stop accepting new work and finish, then ends them.
   *
   * @returns Whether all answers finished in time.
   */
  async drain(limits: { timeoutMs: number }): Promise<boolean> {
    await this.close();
    const count = this.#threads.size;
    const timeoutMs = limits.timeoutMs + DRAIN_GRACE_MS;
    const drained = await this.all("drain", [limits], { timeoutMs });
    for (const { end } of this.#threads.values()) end();
    for (const [{ end }, timer] of this.#leaving) {
      clearTimeout(timer);
      end();
    }
    this.#threads.clear();
    return drained.length === count && drained.every(Boolean);
  }

  #start(index: number): Thread {
    const { createWorker, prepare, own } = this.#options;
    const { order, transfer, release } = prepare();
    const worker = createWorker();
    const line = openLine<ThreadCalls>(worker, {
      own: {
        ...own,
        crashed: (reason: string) =>
          this.#replace(index, thread, {
            reason,
            farewellMs: this.#times.farewellMs,
          }),
      } satisfies MainCalls,
      timeoutMs: this.#times.callMs,
    });
    const call = { timeoutMs: START_MS, transfer };
    const thread: Thread = {
      line,
      serves: line.call("serve", [order], call)
        .then(() => void (thread.silentLooks = 0)),
      end() {
        worker.terminate();
        release();
      },
      startedAt: performance.now(),
      silentLooks: -1,
    };
    worker.addEventListener("message", () => {
      if (thread.silentLooks > 0) thread.silentLooks = 0;
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // otherwise it would end this thread too
      this.#replace(index, thread, { reason: event.message });
    });
    this.#threads.set(index, thread);
    return thread;
  }

  /**
   * Replaces a thread.
   *
   * @param options.farewellMs How long the old one has to end its answers;
   * absent: it is dead, or does not react.
   */
  #replace(
    index: number,
    thread: Thread,
    { reason, farewellMs }: { reason: string; farewellMs?: number },
  ): void {
    if (this.#threads.get(index) !== thread) return; // already reported
    const { log } = this.#options;
    const { youthMs, restartMs } = this.#times;
    this.#threads.delete(index);
    thread.line.hangUp(reason);
    if (farewellMs === undefined) thread.end();
    else {
      const leave = setTimeout(() => {
        this.#leaving.delete(thread);
        thread.end();
      }, farewellMs);
      this.#leaving.set(thread, leave);
    }
    const livedMs = performance.now() - thread.startedAt;
    if (livedMs >= youthMs) this.#youngDeaths = 0;
    const delayMs = this.#youngDeaths === 0
      ? 0
      : restartMs * 2 ** Math.min(this.#youngDeaths - 1, MAX_DOUBLINGS);
    this.#youngDeaths++;
    log.error("serving thread died", { thread: index, reason, delayMs });
    if (this.#isDraining) return;
    const restart = setTimeout(() => this.#restart(index), delayMs);
    this.#restarts.set(index, restart);
  }

  async #restart(index: number): Promise<void> {
    this.#restarts.delete(index);
    const thread = this.#start(index);
    try {
      await thread.serves;
      this.#options.log.info("serving thread replaced", { thread: index });
    } catch (error) {
      this.#replace(index, thread, { reason: String(error) });
    }
  }

  #look(): void {
    const { silenceMs, lookMs } = this.#times;
    for (const [index, thread] of this.#threads) {
      if (thread.silentLooks < 0) continue;
      thread.silentLooks++;
      if (thread.silentLooks * lookMs <= silenceMs) continue;
      const reason = `silent for ${silenceMs / 1000} s`;
      this.#replace(index, thread, { reason });
    }
  }
}
