/**
 * Upstreams that write TCP by hand, where an HTTP server would be too
 * well-behaved.
 *
 * @module
 */

/** An upstream to ask; disposing of it ends it. */
export type RawUpstream = { url: string } & AsyncDisposable;

const encoder = new TextEncoder();

/** Writes text or bytes; the other side may be gone. */
export async function write(
  connection: Deno.Conn,
  ...pieces: (string | Uint8Array)[]
): Promise<void> {
  const writer = connection.writable.getWriter();
  for (const piece of pieces) {
    await writer.write(
      typeof piece === "string" ? encoder.encode(piece) : piece,
    )
      .catch(() => {});
  }
  writer.releaseLock();
}

/** Reads a request: its head, and its body by the length the head gives. */
export async function readRequest(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (;;) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return text;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    const end = text.indexOf("\r\n\r\n");
    const [, length = "0"] = /content-length: (\d+)/i.exec(text) ?? [];
    if (end >= 0 && text.length >= end + 4 + Number(length)) return text;
  }
}

/** Reads on until the client closes. */
export async function untilClosed(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (await connection.read(buffer) !== null);
}

/** Serves each connection with `handle`, then closes it. */
export function serveRaw(
  handle: (connection: Deno.Conn, number: number) => Promise<void>,
): Promise<RawUpstream> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Map<Deno.Conn, Promise<void>>();
  let count = 0;

  async function accept(): Promise<void> {
    for await (const connection of listener) {
      const handling = handle(connection, ++count).catch(() => {});
      connections.set(connection, handling);
      handling.then(() => {
        connections.delete(connection);
        close(connection);
      });
    }
  }

  const accepting = accept();
  return Promise.resolve({
    url: `http://127.0.0.1:${listener.addr.port}/v1`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting.catch(() => {});
      const handling = [...connections.values()];
      for (const connection of connections.keys()) close(connection);
      await Promise.all(handling);
    },
  });
}

/** Answers every request with these bytes, and closes. */
export function answering(
  ...pieces: (string | Uint8Array)[]
): () => Promise<RawUpstream> {
  return () =>
    serveRaw(async (connection) => {
      await readRequest(connection);
      await write(connection, ...pieces);
    });
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
