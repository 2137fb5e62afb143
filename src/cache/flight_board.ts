import type { BoardNotice, BoardRequest } from "./thread_flights.ts";

/** Knows which thread of this process has the flight for which question. */
export interface FlightBoard {
  /**
   * Serves a thread, which has `createThreadFlights` at the other end. Dispose
   * of it when the thread has ended: others may be waiting for its answers.
   */
  connect(port: MessagePort): Disposable;
}

/** A thread, and the number of its claim. */
interface Claimant {
  thread: number;
  port: MessagePort;
  claim: number;
}

/**
 * Creates a {@linkcode FlightBoard}, for the thread that started the others. It
 * sees no answers: two threads that share one get a port between them.
 */
export function createFlightBoard(): FlightBoard {
  const holders = new Map<string, Claimant>();
  const ports = new Map<number, MessagePort>();
  let lastThread = 0;

  function claim(key: string, claimant: Claimant): void {
    const { thread, port, claim } = claimant;
    const holder = holders.get(key);
    if (!holder || holder.thread === thread) {
      holders.set(key, claimant);
      return post(port, { kind: "claimed", claim, from: null });
    }
    const { port1, port2 } = new MessageChannel();
    const to = { port: port1, thread };
    post(holder.port, { kind: "join", key, to }, port1);
    const from = { port: port2, thread: holder.thread };
    post(port, { kind: "claimed", claim, from }, port2);
  }

  function release(key: string, { thread, claim }: Claimant): void {
    const holder = holders.get(key);
    if (holder?.thread === thread && holder.claim === claim) {
      holders.delete(key);
    }
  }

  function lose(thread: number): void {
    ports.delete(thread);
    for (const [key, holder] of holders) {
      if (holder.thread === thread) holders.delete(key);
    }
    for (const port of ports.values()) post(port, { kind: "lost", thread });
  }

  return {
    connect(port) {
      const thread = ++lastThread;
      ports.set(thread, port);
      port.onmessage = ({ data }: MessageEvent<BoardRequest>) => {
        const claimant = { thread, port, claim: data.claim };
        if (data.kind === "claim") claim(data.key, claimant);
        else release(data.key, claimant);
      };
      return {
        [Symbol.dispose]() {
          port.close();
          lose(thread);
        },
      };
    },
  };
}

function post(
  port: MessagePort,
  notice: BoardNotice,
  ...transfer: MessagePort[]
): void {
  port.postMessage(notice, transfer);
}
