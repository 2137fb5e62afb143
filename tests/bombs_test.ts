/**
 * Upstreams that send far more than anyone wants, in compressed form.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import { deflateSync, gzipSync } from "node:zlib";
import { textChunk } from "../src/demo/chunks.ts";
import { rawStream } from "../src/demo/replies.ts";
import { startPassing } from "./messages_upstream.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

const OPTIONS = { timeout: 60_000 };

/** More than is read of any answer, compressed to a hundredth of a megabyte. */
const MANY = " ".repeat(80 * 1024 * 1024);

const PACKED = { gzip: gzipSync(`{"a":"${MANY}`), deflate: deflateSync(MANY) };

for (const [encoding, bomb] of Object.entries(PACKED)) {
  const headers = { "content-encoding": encoding };
  const contentType = "application/json";

  Deno.test(
    `an answer of ${encoding} that unpacks without end is a 502`,
    OPTIONS,
    async (t) => {
      for (const stream of [true, false]) {
        await t.step(`stream: ${stream}`, async () => {
          await using proxy = startProxy({
            script: () =>
              rawStream([bomb], { headers, contentType, end: "hang" }),
            retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
          });
          const response = await postMessages(proxy, { stream });
          equal(response.status, 502);
          match((await response.json()).error.message, /more than 64 MB/);
          equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
        });
      }
    },
  );

  Deno.test(
    `a passed answer of ${encoding} that unpacks without end is a 502`,
    OPTIONS,
    async (t) => {
      for (const stream of [true, false]) {
        await t.step(`stream: ${stream}`, async () => {
          await using passing = await startPassing(
            () =>
              new Response(endless(bomb), {
                headers: { ...headers, "content-type": contentType },
              }),
            { retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 } },
          );
          const response = await postMessages(passing.proxy, { stream });
          equal(response.status, 502);
          match((await response.json()).error.message, /more than 64 MB/);
          equal(await passing.asked[0]?.ended, "cancelled");
        });
      }
    },
  );

  Deno.test(
    `an error of ${encoding} is read no further than its beginning`,
    OPTIONS,
    async () => {
      await using proxy = startProxy({
        script: () => rawStream([bomb], { status: 400, headers, end: "hang" }),
      });
      const response = await postMessages(proxy, {});
      equal(response.status, 400);
      ok((await response.text()).length < 100_000);
      equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
    },
  );
}

Deno.test(
  "an event that unpacks without end ends the stream",
  OPTIONS,
  async () => {
    const start = `data: ${JSON.stringify(textChunk("Hi"))}\n\ndata: `;
    const headers = { "content-encoding": "gzip" };
    await using proxy = startProxy({
      script: () =>
        rawStream([gzipSync(start + MANY)], { headers, end: "hang" }),
    });
    const response = await postMessages(proxy, { stream: true });
    equal((await readEvents(response)).at(-1)?.event, "error");
    equal(await proxy.upstream.exchanges[0]?.ended, "cancelled");
  },
);

/** These bytes, and then nothing, forever. */
function endless(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes),
  });
}
