/**
 * An upstream that speaks HTTP/2 with a limit of streams, and answers when told.
 *
 * @module
 */
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";

/** An upstream that listens; disposing of it closes its connections. */
export interface Http2Upstream extends AsyncDisposable {
  readonly baseUrl: string;
  /** How many connections are open. */
  readonly connections: number;
  /** How many connections there have been. */
  readonly opened: number;
  /** Settles when so many requests wait for their answers. */
  waiting(count: number): Promise<void>;
  /** Answers all that wait, and from now on at once. */
  answer(): void;
}

const TLS = new URL("./fixtures/tls/", import.meta.url);

const ANSWER = [textChunk("Hi"), finishChunk("stop")]
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") +
  "data: [DONE]\n\n";

/** The authority that has signed the upstream's certificate, in PEM. */
export function testAuthority(): string {
  return Deno.readTextFileSync(new URL("ca.pem", TLS));
}

/** Certificate and key for `localhost`, in PEM. */
export function testCertificate(): { cert: string; key: string } {
  const read = (name: string) => Deno.readTextFileSync(new URL(name, TLS));
  return { cert: read("cert.pem"), key: read("key.pem") };
}

/** Starts an upstream that allows so many streams on each connection. */
export async function serveHttp2(
  { maxStreams }: { maxStreams: number },
): Promise<Http2Upstream> {
  const sessions = new Set<Http2Session>();
  const held = new Set<Http2ServerResponse>();
  let opened = 0;
  let isAnswering = false;
  let wanted = { count: Infinity, resolve() {} };
  const server = createSecureServer({
    ...testCertificate(),
    settings: { maxConcurrentStreams: maxStreams },
  }, (_request: Http2ServerRequest, response: Http2ServerResponse) => {
    held.add(response);
    if (isAnswering) answer();
    if (held.size >= wanted.count) wanted.resolve();
  });
  server.on("session", (session: Http2Session) => {
    opened++;
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => {});
  });

  function answer(): void {
    isAnswering = true;
    for (const response of held) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(ANSWER);
    }
    held.clear();
  }

  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `https://localhost:${port}/v1`,
    get connections() {
      return sessions.size;
    },
    get opened() {
      return opened;
    },
    waiting(count) {
      if (held.size >= count) return Promise.resolve();
      return new Promise((resolve) => wanted = { count, resolve });
    },
    answer,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
