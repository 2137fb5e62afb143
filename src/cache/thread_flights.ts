import {
  declineAnswer,
  type Found,
  type Joinable,
  receiveAnswer,
  type ReceiveOptions,
  sendAnswer,
} from "./answer_port.ts";

/** What a thread sends the board; its claims are numbered. */
export interface BoardRequest {
  kind: "claim" | "release";
  key: string;
  claim: number;
}

/** Where an answer comes from, or goes to. */
export interface Peer {
  port: MessagePort;
  /** Number of the thread at the other end. */
  thread: number;
}

/** What the board sends a thread. */
export type BoardNotice =
  /** Where the answer comes from; `null`: this thread is to ask for it. */
  | { kind: "claimed"; claim: number; from: Peer | null }
  /** Another thread wants an answer this one has asked for. */
  | { kind: "join"; key: string; to: Peer }
  /** A thread has ended, and with it all its flights. */
  | { kind: "lost"; thread: number };

/** Another thread's answer, or the right to ask for it. */
export type Boarded =
  | { found: Found; release?: never }
  /** To be released when the answer is stored, or there will be none. */
  | { found: null; release: () => void };

/** Single flight among the threads of one process. */
export interface ThreadFlights {
  /** Joins another thread's flight, or claims the right to start it. */
  board(
    key: string,
    options: Omit<ReceiveOptions, "lost">,
  ): Promise<Boarded>;
  /** Sets where to find the answers other threads ask this one for. */
  serve(find: (key: string) => Joinable | null): void;
}

/** How long the board may take, in milliseconds; it only does a lookup. */
const PATIENCE_MS = 1_000;

/** How often a flight may be gone by the time it is joined. */
const MAX_GONE = 3;

/** Creates {@linkcode ThreadFlights} from a port to a `FlightBoard`. */
export function createThreadFlights(port: MessagePort): ThreadFlights {
  const claims = new Map<number, (from: Peer | null) => void>();
  const losses = new Map<number, AbortController>();
  let find: (key: string) => Joinable | null = () => null;
  let lastClaim = 0;
  const post = (request: BoardRequest) => port.postMessage(request);

  function lossOf(thread: number): AbortController {
    const loss = losses.get(thread) ?? new AbortController();
    losses.set(thread, loss);
    return loss;
  }

  port.onmessage = ({ data: notice }: MessageEvent<BoardNotice>) => {
    switch (notice.kind) {
      case "claimed":
        claims.get(notice.claim)?.(notice.from);
        return void claims.delete(notice.claim);
      case "join": {
        const { key, to } = notice;
        const lost = lossOf(to.thread).signal;
        return void sendAnswer(to.port, { joinable: find(key), lost });
      }
      case "lost":
        return lossOf(notice.thread).abort();
    }
  };

  /** @returns `undefined` if the board does not answer in time. */
  async function claim(
    key: string,
    claim: number,
  ): Promise<Peer | null | undefined> {
    const answered = Promise.withResolvers<Peer | null | undefined>();
    const timer = setTimeout(() => {
      // An answer that comes later is no longer wanted.
      claims.set(claim, (from) => {
        if (from) declineAnswer(from.port);
        else post({ kind: "release", key, claim });
      });
      answered.resolve(undefined);
    }, PATIENCE_MS);
    claims.set(claim, answered.resolve);
    post({ kind: "claim", key, claim });
    const from = await answered.promise;
    clearTimeout(timer);
    return from;
  }

  return {
    async board(key, options) {
      for (let gone = 0; gone < MAX_GONE; gone++) {
        const number = ++lastClaim;
        const from = await claim(key, number);
        if (from === undefined) break;
        const release = () => post({ kind: "release", key, claim: number });
        if (from === null) return { found: null, release };
        const lost = lossOf(from.thread).signal;
        const found = await receiveAnswer(from.port, { ...options, lost });
        if (found) return { found };
      }
      return { found: null, release() {} };
    },
    serve(given) {
      find = given;
    },
  };
}
