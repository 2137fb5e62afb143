import type { RawStore } from "./raw_store.ts";
import type { StoreTrouble } from "./store.ts";

type Method = Exclude<keyof RawStore, "trouble">;

/** What a thread sends the one that has the store. */
export type StoreRequest = {
  [M in Method]: {
    /** Comes back in the reply; `null`: no reply is wanted. */
    id: number | null;
    method: M;
    args: Parameters<RawStore[M]>;
  };
}[Method];

/** The reply. */
export interface StoreReply {
  id: number;
  result: unknown;
  trouble: StoreTrouble;
}

/** Serves a store to the other end of a port, until the port is closed. */
export function hostStore(store: RawStore, port: MessagePort): void {
  port.onmessage = async ({ data: request }: MessageEvent<StoreRequest>) => {
    const result = await call(store, request);
    if (request.id === null) return;
    const { trouble } = store;
    port.postMessage({ id: request.id, result, trouble } satisfies StoreReply);
  };
}

function call(store: RawStore, request: StoreRequest): unknown {
  switch (request.method) {
    case "read":
      return store.read(...request.args);
    case "readBytes":
      return store.readBytes(...request.args);
    case "list":
      return store.list(...request.args);
    case "put":
      return store.put(...request.args);
    case "putBytes":
      return store.putBytes(...request.args);
    case "delete":
      return store.delete(...request.args);
    case "add":
      return store.add(...request.args);
    case "claim":
      return store.claim(...request.args);
    case "release":
      return store.release(...request.args);
    case "usage":
      return store.usage(...request.args);
    case "clear":
      return store.clear(...request.args);
    case "flush":
      return store.flush();
  }
}
