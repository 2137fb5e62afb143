/**
 * HTTP/2 faults: connections and requests that are aborted.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9113#section-7}
 * @module
 */
import {
  type Http2Options,
  serveHttp2,
  testAuthority,
} from "../http2_upstream.ts";
import type { Fault, Seen } from "./fault.ts";

/** Error codes. */
const NO_ERROR = 0, INTERNAL_ERROR = 2, REFUSED_STREAM = 7, CANCEL = 8;

const HI: Seen = { status: 200, tells: /^Hi$/ };

/** Tried three times, and failed each time. */
const UNREACHABLE: Seen = {
  status: 502,
  type: "api_error",
  tells: /^Cannot reach upstream localhost: connection (closed|failed)$/,
  attempts: 3,
};

/** The client has received the beginning. */
const CUT_OFF: Seen = {
  status: 200,
  type: "api_error",
  tells: /broke off its answer: connection closed$/,
};

const fault = (
  name: string,
  script: NonNullable<Http2Options["script"]>,
  { stream, whole }: Pick<Fault, "stream" | "whole">,
): Fault => ({
  name: `HTTP/2: ${name}`,
  upstream() {
    const { baseUrl: url, ...upstream } = serveHttp2({ script });
    const end = upstream[Symbol.asyncDispose];
    return Promise.resolve({ url, [Symbol.asyncDispose]: end });
  },
  options: { caCerts: [testAuthority()] },
  stream,
  ...(whole ? { whole } : {}),
});

/** Deno mistakes some resets for the end of the body. */
const ENDED: Seen = { ...CUT_OFF, tells: /before the answer's end$/ };

const ended = { stream: ENDED, whole: { ...ENDED, status: 502 } };
const cut = { stream: CUT_OFF, whole: { ...CUT_OFF, status: 502 } };

/** Each with what both kinds of clients must see. */
export const HTTP2_FAULTS: Fault[] = [
  fault("GOAWAY before the answer, once", (connection, stream, number) => {
    if (number > 1) {
      connection.begin(stream);
      return connection.finish(stream);
    }
    connection.goAway(0, NO_ERROR);
    connection.hangUp();
  }, { stream: HI }),
  fault("GOAWAY before the answer, always", (connection) => {
    connection.goAway(0, INTERNAL_ERROR);
    connection.hangUp();
  }, { stream: UNREACHABLE }),
  fault(
    "GOAWAY in mid-answer, which is still finished",
    (connection, stream) => {
      connection.begin(stream);
      connection.goAway(stream, NO_ERROR);
      connection.finish(stream);
    },
    { stream: HI },
  ),
  fault("GOAWAY in mid-answer, which is not finished", (connection, stream) => {
    connection.begin(stream);
    connection.goAway(stream, NO_ERROR);
    connection.hangUp();
  }, cut),
  fault("GOAWAY that gives a begun answer up", (connection, stream) => {
    connection.begin(stream);
    connection.goAway(0, INTERNAL_ERROR);
    connection.hangUp();
  }, cut),
  fault("RST_STREAM of a request that was not looked at, once", (
    connection,
    stream,
    number,
  ) => {
    if (number === 1) return connection.reset(stream, REFUSED_STREAM);
    connection.begin(stream);
    connection.finish(stream);
  }, { stream: HI }),
  fault(
    "RST_STREAM before the answer, always",
    (connection, stream) => connection.reset(stream, INTERNAL_ERROR),
    { stream: UNREACHABLE },
  ),
  fault("RST_STREAM in mid-answer", (connection, stream) => {
    connection.begin(stream);
    connection.reset(stream, INTERNAL_ERROR);
  }, cut),
  fault("RST_STREAM in mid-answer that says the client left", (
    connection,
    stream,
  ) => {
    connection.begin(stream);
    connection.reset(stream, CANCEL);
  }, ended),
  fault(
    "RST_STREAM in mid-answer as if all were well",
    (connection, stream) => {
      connection.begin(stream);
      connection.reset(stream, NO_ERROR);
    },
    ended,
  ),
  fault("a connection that is closed in mid-answer", (connection, stream) => {
    connection.begin(stream);
    connection.hangUp();
  }, cut),
];
