/**
 * Plays a {@linkcode Reply} on a live connection. A client that leaves stops it
 * at once, leaving no timer behind.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { LiveExchange } from "./exchange.ts";
import type { Piece, Reply, StreamedBody } from "./replies.ts";

/** Received by nobody: the client has left. */
const GONE = 499;

/**
 * Answers an exchange with a reply and ends the exchange with it: as `finished`
 * after its last byte, even if that is a `cut`.
 */
export async function play(
  reply: Reply,
  exchange: LiveExchange,
): Promise<Response> {
  await pause(reply.silenceMs, exchange.cancelled);
  if (exchange.cancelled.aborted) return new Response(null, { status: GONE });
  const { body, status, headers } = reply;
  if (typeof body !== "string") {
    return new Response(streamBody(body, exchange), { status, headers });
  }
  exchange.end("finished");
  return new Response(body, { status, headers });
}

/** Pulled by the connection, so that a slow client slows it down. */
function streamBody(
  body: StreamedBody,
  exchange: LiveExchange,
): ReadableStream<Uint8Array> {
  const pieces = iterate(body.pieces);
  let pauseMs = 0;
  return new ReadableStream({
    async pull(controller) {
      await pause(pauseMs, exchange.cancelled);
      pauseMs = body.everyMs;
      await setImmediate(); // otherwise Deno joins pieces into one write
      const { value, done } = await pieces.next();
      if (exchange.cancelled.aborted) return;
      if (!done) return controller.enqueue(encode(value));
      if (body.end === "hang") return;
      exchange.end("finished");
      if (body.end === "close") return controller.close();
      controller.error(new Error("The reply cuts the connection here"));
    },
    async cancel() {
      exchange.end("cancelled");
      await pieces.return(undefined);
    },
  }, { highWaterMark: 0 });
}

async function* iterate(pieces: StreamedBody["pieces"]): AsyncGenerator<Piece> {
  yield* pieces;
}

function encode(piece: Piece): Uint8Array {
  return typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}

/** Waits, but no longer than the client does. */
function pause(ms: number, cancelled: AbortSignal): Promise<void> {
  if (ms === 0 || cancelled.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(stop, ms);
    cancelled.addEventListener("abort", stop);
    function stop() {
      clearTimeout(timer);
      cancelled.removeEventListener("abort", stop);
      resolve();
    }
  });
}
