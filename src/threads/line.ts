/**
 * Calls between two threads, over anything that carries messages between them.
 *
 * @module
 */

/** The methods one end of a line offers. */
export type Methods = Record<string, (...args: never[]) => unknown>;

/** What a method returns, as the other end sees it. */
export type Result<M extends (...args: never[]) => unknown> = Awaited<
  ReturnType<M>
>;

/** What carries messages: a worker, its global scope, a message port. */
export interface Carrier {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<LineMessage>) => void,
  ): void;
}

/** A call as sent. */
interface CallMessage {
  /** Comes back in the reply; `null`: no reply is wanted. */
  id: number | null;
  method: string;
  args: readonly unknown[];
}

/** What goes over a line. */
export type LineMessage =
  | CallMessage
  | { id: number; result: unknown }
  | { id: number; error: string };

/** How a call is made. */
export interface CallOptions {
  /** How long the answer may take, in milliseconds; default: the line's. */
  timeoutMs?: number;
  /** Which arguments are transferred to the other thread. */
  transfer?: Transferable[];
}

/** One end of a line; `T` is what the other end offers. */
export interface Line<T extends Methods> {
  /**
   * Calls a method of the other end.
   *
   * @throws {LineError} when it fails there, or takes too long.
   */
  call<M extends keyof T & string>(
    method: M,
    args: Parameters<T[M]>,
    options?: CallOptions,
  ): Promise<Result<T[M]>>;
  /** Calls a method and does not wait for it. */
  tell<M extends keyof T & string>(method: M, ...args: Parameters<T[M]>): void;
  /** Stops waiting for answers: pending calls fail, for this reason. */
  hangUp(reason: string): void;
}

/** A call that failed at the other end, or was not answered. */
export class LineError extends Error {
  override readonly name = "LineError";
}

/** Options for {@linkcode openLine}. */
export interface LineOptions {
  /** What the other end may call; arguments arrive as structured clones. */
  own: Methods;
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
}

/** Opens one end of a line. */
export function openLine<T extends Methods>(
  carrier: Carrier,
  { own, timeoutMs: usualMs }: LineOptions,
): Line<T> {
  const pending = new Map<number, (message: LineMessage) => void>();
  let lastId = 0;

  async function answer({ id, method, args }: CallMessage): Promise<void> {
    try {
      const called = own[method];
      if (!called) throw new TypeError(`No method ${method}`);
      const result: unknown = await Reflect.apply(called, undefined, args);
      if (id !== null) carrier.postMessage({ id, result }, []);
    } catch (error) {
      if (id === null) throw error; // a bug in this thread, not a reply
      const text = error instanceof Error ? error.message : String(error);
      carrier.postMessage({ id, error: text }, []);
    }
  }

  carrier.addEventListener("message", ({ data }) => {
    if ("method" in data) void answer(data);
    else pending.get(data.id)?.(data);
  });

  async function ask<T>(
    { method, args }: Omit<CallMessage, "id">,
    { timeoutMs = usualMs, transfer = [] }: CallOptions,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const id = ++lastId;
    const timer = setTimeout(
      () => reject(new LineError(`No answer to ${method}`)),
      timeoutMs,
    );
    pending.set(id, (reply) => {
      if ("error" in reply) reject(new LineError(reply.error));
      // The other end is this same program: it has these types.
      else if ("result" in reply) resolve(reply.result as T);
    });
    try {
      carrier.postMessage({ id, method, args }, transfer);
      return await promise;
    } finally {
      clearTimeout(timer);
      pending.delete(id);
    }
  }

  return {
    call: (method, args, options = {}) => ask({ method, args }, options),
    tell: (method, ...args) =>
      carrier.postMessage({ id: null, method, args }, []),
    hangUp(reason) {
      for (const [id, settle] of pending) settle({ id, error: reason });
    },
  };
}
