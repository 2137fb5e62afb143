/**
 * An upstream that speaks just enough HTTP/2 to enforce a limit of streams, and
 * to break off as told. (`node:http2` servers stall in Deno 2.9.6.)
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113}
 * @module
 */
import { finishChunk, textChunk } from "../src/demo/chunks.ts";

/** An upstream that listens; disposing of it closes its connections. */
export interface Http2Upstream extends AsyncDisposable {
  readonly baseUrl: string;
  /** Connections with at least one request. */
  readonly connections: readonly Http2Connection[];
  /** Settles when this many requests wait for their answers. */
  waiting(count: number): Promise<void>;
  /** Answers all waiting requests, and from now on all others at once. */
  answer(): void;
}

const TLS = new URL("./fixtures/tls/", import.meta.url);

/** The beginning and the end of an answer that says "Hi". */
const BEGINNING = `data: ${JSON.stringify(textChunk("Hi"))}\n\n`;
const END = `data: ${JSON.stringify(finishChunk("stop"))}\n\ndata: [DONE]\n\n`;

/** The CA that signed the upstream's certificate, in PEM. */
export function testAuthority(): string {
  return Deno.readTextFileSync(new URL("ca.pem", TLS));
}

/** Certificate and key for `localhost`, in PEM. */
export function testCertificate(): { cert: string; key: string } {
  const read = (name: string) => Deno.readTextFileSync(new URL(name, TLS));
  return { cert: read("cert.pem"), key: read("key.pem") };
}

/** Types and flags of frames. */
const DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7;
const END_STREAM = 1, ACK = 1, END_HEADERS = 4;

/** What a client sends first. */
const PREFACE_BYTES = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length;

/** `:status: 200` and `content-type: text/event-stream`, in HPACK. */
const RESPONSE_HEAD = concat(
  new Uint8Array([0x88, 0x0f, 0x10, "text/event-stream".length]),
  new TextEncoder().encode("text/event-stream"),
);

/** One connection, and the requests on it. */
export class Http2Connection {
  /** Streams whose requests are complete and not yet answered or aborted. */
  readonly waiting = new Set<number>();
  readonly #connection: Deno.TlsConn;
  readonly #onChange: () => void;
  #sent: Promise<unknown> = Promise.resolve();
  #rest = new Uint8Array();

  constructor(connection: Deno.TlsConn, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  /** Reads until the client leaves. */
  async run(maxStreams: number): Promise<void> {
    // The one setting: SETTINGS_MAX_CONCURRENT_STREAMS.
    this.#send(SETTINGS, {
      payload: new Uint8Array([0, 3, 0, 0, 0, maxStreams]),
    });
    try {
      await this.#read(PREFACE_BYTES);
      for (;;) await this.#take();
    } catch {
      this.waiting.clear(); // the client has left, or we have closed
    }
  }

  answer(): void {
    for (const stream of this.waiting) {
      this.begin(stream);
      this.finish(stream);
    }
  }

  /** Begins an answer. */
  begin(stream: number): void {
    this.waiting.delete(stream);
    this.#send(HEADERS, { stream, flags: END_HEADERS, payload: RESPONSE_HEAD });
    this.#send(DATA, { stream, payload: encode(BEGINNING) });
  }

  /** Ends an answer that has begun. */
  finish(stream: number): void {
    this.#send(DATA, { stream, flags: END_STREAM, payload: encode(END) });
  }

  /** Aborts one request. @param code Why, by RFC 9113, section 7. */
  reset(stream: number, code: number): void {
    this.waiting.delete(stream);
    this.#send(RST_STREAM, { stream, payload: encodeNumbers(code) });
  }

  /** Accepts no more requests. @param last The last stream that is answered. */
  goAway(last: number, code: number): void {
    this.#send(GOAWAY, { payload: encodeNumbers(last, code) });
  }

  /** Closes the connection when everything is sent. */
  async hangUp(): Promise<void> {
    await this.#sent;
    this.close();
  }

  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // has hung up
    }
  }

  async #take(): Promise<void> {
    const head = await this.#read(9);
    const view = new DataView(head.buffer);
    const payload = await this.#read(view.getUint32(0) >>> 8);
    const type = view.getUint8(3);
    const flags = view.getUint8(4);
    const stream = view.getUint32(5);
    if (type === SETTINGS && !(flags & ACK)) {
      this.#send(SETTINGS, { flags: ACK });
    }
    if (type === PING && !(flags & ACK)) {
      this.#send(PING, { flags: ACK, payload });
    }
    if (type === RST_STREAM) this.waiting.delete(stream);
    if ((type === HEADERS || type === DATA) && flags & END_STREAM) {
      this.waiting.add(stream);
    }
    this.#onChange();
  }

  #send(
    type: number,
    { stream = 0, flags = 0, payload = new Uint8Array() }: {
      stream?: number;
      flags?: number;
      payload?: Uint8Array<ArrayBuffer>;
    },
  ): void {
    const head = new DataView(new ArrayBuffer(9));
    head.setUint32(0, payload.length << 8 | type);
    head.setUint8(4, flags);
    head.setUint32(5, stream);
    const frame = concat(new Uint8Array(head.buffer), payload);
    this.#sent = this.#sent.then(() => writeAll(this.#connection, frame))
      .catch(() => {}); // the client has left
  }

  async #read(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const buffer = new Uint8Array(16 * 1024);
    while (this.#rest.length < bytes) {
      const count = await this.#connection.read(buffer);
      if (count === null) throw new Error("The client has left");
      this.#rest = concat(this.#rest, buffer.subarray(0, count));
    }
    const read = this.#rest.slice(0, bytes);
    this.#rest = this.#rest.slice(bytes);
    return read;
  }
}

/** Options for {@linkcode serveHttp2}. */
export interface Http2Options {
  /** Streams that are allowed on each connection. */
  maxStreams?: number;
  /**
   * What happens to a request; default: it waits for `answer`.
   *
   * @param number Number of the request, from 1.
   */
  script?: (
    connection: Http2Connection,
    stream: number,
    number: number,
  ) => void;
}

/** Starts an upstream that speaks HTTP/2. */
export function serveHttp2(
  { maxStreams = 100, script }: Http2Options,
): Http2Upstream {
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    alpnProtocols: ["h2"],
    ...testCertificate(),
  });
  const all = new Set<Http2Connection>();
  const used = new Set<Http2Connection>();
  let isAnswering = false;
  let requests = 0;
  let wanted: { count: number; resolve: () => void } | undefined;
  const count = () =>
    [...all].reduce((sum, { waiting }) => sum + waiting.size, 0);

  function change(connection: Http2Connection): void {
    if (connection.waiting.size > 0) used.add(connection);
    if (isAnswering) connection.answer();
    for (const stream of script ? [...connection.waiting] : []) {
      connection.waiting.delete(stream);
      script?.(connection, stream, ++requests);
    }
    if (wanted && count() === wanted.count) wanted.resolve();
  }

  async function accept(): Promise<void> {
    const running: Promise<void>[] = [];
    for await (const socket of listener) {
      const connection: Http2Connection = new Http2Connection(
        socket,
        () => change(connection),
      );
      all.add(connection);
      running.push(connection.run(maxStreams));
    }
    await Promise.all(running);
  }

  const done = accept();
  return {
    baseUrl: `https://localhost:${listener.addr.port}/v1`,
    get connections() {
      return [...used];
    },
    waiting(wantedCount) {
      if (count() === wantedCount) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = { count: wantedCount, resolve };
      return promise;
    },
    answer() {
      isAnswering = true;
      for (const connection of all) connection.answer();
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of all) connection.close();
      await done;
    },
  };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Numbers of 32 bits. */
function encodeNumbers(...numbers: number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, index) => view.setUint32(4 * index, number));
  return new Uint8Array(view.buffer);
}

async function writeAll(
  connection: Deno.TlsConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await connection.write(bytes.subarray(sent));
  }
}

function concat(
  ...parts: Uint8Array<ArrayBuffer>[]
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
