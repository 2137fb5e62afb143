/**
 * Faults of connections: refused, reset, half open, cut anywhere.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import {
  finishChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
} from "../../src/demo/chunks.ts";
import { chunks, rawStream } from "../../src/demo/replies.ts";
import { testCertificate } from "../http2_upstream.ts";
import type { Fault, Seen } from "./fault.ts";
import {
  answering,
  readRequest,
  serveRaw,
  untilClosed,
  write,
} from "./raw_upstream.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
const JSON_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const WORD = `data: ${JSON.stringify(textChunk("Once "))}\n\n`;
const ANSWER = WORD + `data: ${JSON.stringify(finishChunk("stop"))}\n\n` +
  "data: [DONE]\n\n";

/** Tried three times, and failed each time: the client may try later. */
const unreachable = (tells: RegExp): Seen => ({
  status: 502,
  type: "api_error",
  tells,
  attempts: 3,
});

/** Begun, and cut off: the client has received the beginning. */
const cutOff = (tells = /closed|end/i): Seen => ({
  status: 200,
  type: "api_error",
  tells,
});

/** The same for a client that has received nothing yet. */
const cutWhole = (tells = /closed|end/i): Seen => ({
  status: 502,
  type: "api_error",
  tells,
});

async function refusing() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return await Promise.resolve({
    url: `http://127.0.0.1:${port}/v1`,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

/** Connections are established by the system, and nobody accepts them. */
function abandoned() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Promise.resolve({
    url: `http://127.0.0.1:${listener.addr.port}/v1`,
    [Symbol.asyncDispose]: () => Promise.resolve(listener.close()),
  });
}

/** Sends these pieces, and then neither continues nor closes. */
const fallingSilent = (...pieces: string[]) => () =>
  serveRaw(async (connection) => {
    await readRequest(connection);
    await write(connection, ...pieces);
    await untilClosed(connection);
  });

/** Never got as far as an answer; a client that retries may succeed. */
const noFirstByte: Seen = {
  status: 504,
  type: "timeout_error",
  tells: /UPSTREAM_FIRST_BYTE_TIMEOUT/,
};

const HASTY = { environment: { UPSTREAM_FIRST_BYTE_TIMEOUT: "0.2" } };

/** The embedded upstream's server behind TLS, with a host name and a CA. */
function behindTls(host: string) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...testCertificate() },
    () => new Response("never"),
  );
  return Promise.resolve({
    url: `https://${host}:${server.addr.port}/v1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

/** Each with what both kinds of clients must see. */
export const CONNECTION_FAULTS: Fault[] = [
  {
    name: "a port where nobody listens",
    upstream: refusing,
    stream: unreachable(
      /^Cannot reach upstream 127\.0\.0\.1: connection refused$/,
    ),
  },
  {
    name: "a host that has no address",
    options: {
      environment: {
        OPENAI_BASE_URL: "http://no-such-host.invalid/v1",
        OPENAI_API_KEY: "k",
      },
    },
    stream: unreachable(/no-such-host\.invalid: host name not found$/),
  },
  {
    name: "a certificate of an unknown authority",
    upstream: () => behindTls("localhost"),
    stream: unreachable(/localhost: TLS failed$/),
  },
  {
    name: "a certificate of another host",
    upstream: () => behindTls("127.0.0.1"),
    options: { caCerts: [] },
    stream: unreachable(/127\.0\.0\.1: TLS failed$/),
  },
  {
    name: "plain HTTP where TLS is expected",
    upstream: async () => {
      const raw = await serveRaw(async (connection) => {
        await connection.read(new Uint8Array(100));
        await write(connection, "HTTP/1.1 400 Bad Request\r\n\r\n");
      });
      return {
        url: raw.url.replace("http:", "https:"),
        [Symbol.asyncDispose]: () => raw[Symbol.asyncDispose](),
      };
    },
    stream: unreachable(/TLS failed$/),
  },
  {
    name: "a connection closed before the request is read",
    upstream: () => serveRaw(() => Promise.resolve()),
    stream: unreachable(/connection closed|connection failed/),
  },
  {
    name: "a connection closed before the head of the answer",
    upstream: answering(),
    stream: unreachable(/connection closed|connection failed/),
  },
  {
    name: "a connection closed in mid-head",
    upstream: answering("HTTP/1.1 200 OK\r\ncontent-ty"),
    stream: unreachable(/connection closed|connection failed/),
  },
  {
    name: "noise in place of HTTP",
    upstream: answering("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    stream: unreachable(/connection failed|connection closed/),
  },
  {
    name: "a connection closed right after the head",
    upstream: answering(`${HEAD}transfer-encoding: chunked\r\n\r\n`),
    stream: { status: 502, type: "api_error", tells: /connection|closed|end/ },
  },
  {
    name: "a length that is not kept",
    upstream: answering(`${HEAD}content-length: 9999\r\n\r\n${WORD}`),
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "a length that is too short",
    upstream: answering(
      `${HEAD}content-length: ${WORD.length}\r\n\r\n${ANSWER}`,
    ),
    stream: cutOff(/before the answer's end/),
    whole: cutWhole(/before the answer's end/),
  },
  {
    name: "an answer that is cut in the middle of a chunk of HTTP",
    upstream: answering(
      `${HEAD}transfer-encoding: chunked\r\n\r\nff\r\n`,
      WORD,
    ),
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "chunks of HTTP that are noise",
    upstream: answering(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\nhello`),
    stream: { status: 502, type: "api_error", tells: /connection|closed|end/ },
  },
  {
    name: "JSON that is cut off",
    upstream: answering(`${JSON_HEAD}content-length: 500\r\n\r\n{"choices":[`),
    stream: cutWhole(),
  },
  {
    name: "gzip that is cut off",
    upstream: answering(
      `${HEAD}content-encoding: gzip\r\nconnection: close\r\n\r\n`,
      gzipSync(ANSWER).subarray(0, 40),
    ),
    stream: { status: 502, type: "api_error", tells: /connection|closed|end/ },
  },
  {
    name: "noise in place of gzip",
    upstream: answering(
      `${HEAD}content-encoding: gzip\r\nconnection: close\r\n\r\n${ANSWER}`,
    ),
    stream: {
      status: 502,
      type: "api_error",
      tells: /broke off its answer: its compression is broken$/,
    },
  },
  {
    name: "an early hint before the answer",
    upstream: answering(
      "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
      `${HEAD}connection: close\r\n\r\n${ANSWER}`,
    ),
    stream: { status: 200, tells: /^Once $/ },
  },
  {
    name: "a stream cut between two events",
    script: () => chunks([roleChunk(), textChunk("Once ")], { end: "cut" }),
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "a stream cut in the middle of an event",
    script: () => rawStream([WORD, 'data: {"choices":[{"del'], { end: "cut" }),
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "a stream cut in the middle of a character",
    script: () => {
      const bytes = new TextEncoder().encode(
        `${WORD}data: ${JSON.stringify(textChunk("€"))}\n\n`,
      );
      const euro = bytes.indexOf(0xe2);
      return rawStream([bytes.slice(0, euro + 1)], { end: "cut" });
    },
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "a stream cut in the middle of a call's arguments",
    script: () =>
      chunks([
        toolCallChunk({ id: "c1", name: "Bash", args: '{"command":"rm -r' }),
      ], { end: "cut" }),
    stream: cutOff(),
    whole: cutWhole(),
  },
  {
    name: "a stream that ends in mid-answer as if all were well",
    script: () => chunks([textChunk("Once ")], { done: false }),
    stream: cutOff(/before the answer's end/),
    whole: cutWhole(/before the answer's end/),
  },
  {
    name: "a connection that is closed while it is kept",
    upstream: () => {
      const body = `${HEAD}content-length: ${ANSWER.length}\r\n\r\n${ANSWER}`;
      return serveRaw(async (connection, number) => {
        await readRequest(connection);
        await write(connection, body);
        if (number > 1) await readRequest(connection);
      });
    },
    stream: { status: 200, tells: /^Once $/ },
  },
  {
    name: "a half-open connection: made, and nobody is behind it",
    upstream: abandoned,
    options: HASTY,
    stream: { ...noFirstByte, attempts: 1 },
  },
  {
    name: "a half-open connection: gone without a word before the answer",
    upstream: fallingSilent(),
    options: HASTY,
    stream: { ...noFirstByte, attempts: 1 },
  },
  {
    name: "a half-open connection: gone without a word in mid-head",
    upstream: fallingSilent("HTTP/1.1 200 OK\r\ncontent-ty"),
    options: HASTY,
    stream: noFirstByte,
  },
  {
    name: "a half-open connection: gone without a word in mid-answer",
    upstream: fallingSilent(
      `${HEAD}transfer-encoding: chunked\r\n\r\n`,
      `${WORD.length.toString(16)}\r\n${WORD}\r\n`,
    ),
    options: { environment: { UPSTREAM_IDLE_TIMEOUT: "0.2" } },
    stream: {
      status: 200,
      type: "timeout_error",
      tells: /UPSTREAM_IDLE_TIMEOUT/,
    },
    whole: {
      status: 504,
      type: "timeout_error",
      tells: /UPSTREAM_IDLE_TIMEOUT/,
    },
  },
  {
    name: "a half-open connection: gone without a word while it was kept",
    upstream: fallingSilent(
      "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n",
    ),
    options: HASTY,
    stream: { ...noFirstByte, attempts: 2 },
  },
  {
    name: "a head that comes slowly",
    upstream: () =>
      serveRaw(async (connection) => {
        await readRequest(connection);
        for (const piece of `${HEAD}connection: close\r\n\r\n`.split(" ")) {
          await write(connection, `${piece} `.replace(/\n $/, "\n"));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        await write(connection, ANSWER);
      }),
    stream: { status: 200, tells: /^Once $/ },
  },
  {
    name: "a head that never ends",
    upstream: () =>
      serveRaw(async (connection) => {
        await readRequest(connection);
        let isLeft = false;
        untilClosed(connection).catch(() => {}).then(() => isLeft = true);
        await write(connection, "HTTP/1.1 200 OK\r\n");
        for (let n = 0; !isLeft; n++) {
          await write(connection, `x-${n}: more\r\n`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    options: HASTY,
    stream: noFirstByte,
  },
];
