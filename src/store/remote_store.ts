import type { RawStore } from "./raw_store.ts";
import type { StoreTrouble } from "./store.ts";
import type { StoreReply, StoreRequest } from "./store_host.ts";

/** A store in another thread. */
export interface RemoteStore extends RawStore, Disposable {}

/** How long the other thread may take, in milliseconds. */
export interface RemoteTimes {
  /** For what requests wait for. */
  readMs: number;
  /** For everything else. */
  writeMs: number;
}

/** A little more than the store itself has. */
const TIMES: RemoteTimes = { readMs: 1_000, writeMs: 10_000 };
const SILENCE = "The thread that has the store does not answer";

type Question = StoreRequest extends infer R
  ? R extends StoreRequest ? Omit<R, "id"> : never
  : never;

/**
 * The store at the other end of a port, where `hostStore` serves it.
 *
 * If that thread does not answer, the store counts as out of order.
 */
export function createRemoteStore(
  port: MessagePort,
  { readMs, writeMs }: RemoteTimes = TIMES,
): RemoteStore {
  const pending = new Map<number, (reply: StoreReply | null) => void>();
  let lastId = 0;
  let trouble: StoreTrouble = null;

  port.onmessage = ({ data: reply }: MessageEvent<StoreReply>) => {
    trouble = reply.trouble;
    pending.get(reply.id)?.(reply);
  };

  function post(id: number | null, question: Question): void {
    port.postMessage({ id, ...question });
  }

  /** @param otherwise The result when the store is out of order. */
  async function ask<T>(
    question: Question,
    { otherwise, limitMs }: { otherwise: T; limitMs: number },
  ): Promise<T> {
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<StoreReply | null>();
    const timer = setTimeout(() => resolve(null), limitMs);
    pending.set(id, resolve);
    post(id, question);
    const reply = await promise;
    clearTimeout(timer);
    pending.delete(id);
    if (!reply) trouble = SILENCE;
    return reply ? reply.result as T : otherwise;
  }

  return {
    read: (...args) =>
      ask({ method: "read", args }, { otherwise: null, limitMs: readMs }),
    readBytes: (...args) =>
      ask({ method: "readBytes", args }, { otherwise: null, limitMs: readMs }),
    list: (...args) =>
      ask({ method: "list", args }, { otherwise: [], limitMs: writeMs }),
    put: (...args) => post(null, { method: "put", args }),
    putBytes: (...args) => post(null, { method: "putBytes", args }),
    delete: (...args) => post(null, { method: "delete", args }),
    add: (...args) => post(null, { method: "add", args }),
    claim: (...args) =>
      ask({ method: "claim", args }, { otherwise: true, limitMs: readMs }),
    release: (...args) => post(null, { method: "release", args }),
    usage: (...args) =>
      ask({ method: "usage", args }, {
        otherwise: { entries: 0, bytes: 0 },
        limitMs: writeMs,
      }),
    clear: (...args) =>
      ask({ method: "clear", args }, {
        otherwise: undefined,
        limitMs: writeMs,
      }),
    flush: () =>
      ask({ method: "flush", args: [] }, {
        otherwise: undefined,
        limitMs: writeMs,
      }),
    get trouble() {
      return trouble;
    },
    [Symbol.dispose]() {
      for (const resolve of pending.values()) resolve(null);
      port.close();
    },
  };
}
