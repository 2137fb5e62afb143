import { rejects, strictEqual as equal, throws } from "node:assert";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { ApiError } from "../anthropic/errors.ts";
import type { ByteReader } from "./byte_reader.ts";
import { receive } from "./receive.ts";

/** A response as `fetch` returns it: gzip and br decoded, others not. */
function response(
  body: Uint8Array<ArrayBuffer> | string,
  encoding?: string,
): Response {
  const headers = new Headers(encoding ? { "content-encoding": encoding } : {});
  return new Response(body, { headers });
}

async function readText(reader: ByteReader | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let read; reader && (read = await reader.read()) !== null;) {
    text += decoder.decode(read, { stream: true });
  }
  return text;
}

const DEFLATED = new Uint8Array(deflateSync("squeezed"));
const ZSTD = new Uint8Array(zstdCompressSync("squeezed"));

const BODIES: [string | undefined, Uint8Array<ArrayBuffer> | string][] = [
  [undefined, "squeezed"],
  ["identity", "squeezed"],
  ["gzip", "squeezed"],
  ["br", "squeezed"],
  ["deflate", DEFLATED],
  ["Deflate", DEFLATED],
  ["zstd", ZSTD],
];

for (const [encoding, body] of BODIES) {
  Deno.test(`receive() decodes ${encoding ?? "nothing"} after fetch`, async () => {
    const { body: reader } = receive(response(body, encoding));
    equal(await readText(reader), "squeezed");
    await reader?.closed;
  });
}

Deno.test("receive() refuses an encoding it does not know", () => {
  throws(
    () => receive(response("?", "compress")),
    (error) => error instanceof ApiError && error.status === 502,
  );
});

for (const encoding of ["deflate", "zstd"]) {
  Deno.test(`receive() fails for what is no ${encoding}`, async () => {
    await rejects(readText(receive(response("nonsense", encoding)).body));
  });
}

Deno.test("receive() reads a bomb piece by piece, no faster than it is read", async () => {
  const bomb = new Uint8Array(deflateSync(new Uint8Array(64 * 1024 * 1024)));
  let isPulledOn = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      controller.enqueue(bomb);
      isPulledOn = true;
    },
  });
  const headers = { "content-encoding": "deflate" };
  const { body: reader } = receive(new Response(body, { headers }));
  const read = await reader?.read();
  equal(isPulledOn, true);
  equal((read?.byteLength ?? Infinity) <= 64 * 1024, true);
  await reader?.cancel("enough");
});

Deno.test("receive() lets an upstream go whose encoded body has stalled", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const stalling = new ReadableStream({
    start: (controller) => controller.enqueue(DEFLATED.subarray(0, 4)),
    cancel: cancelled.resolve,
  });
  const headers = { "content-encoding": "deflate" };
  const { body: reader } = receive(new Response(stalling, { headers }));
  const read = reader?.read();
  await reader?.cancel("enough");
  equal(await cancelled.promise, "enough");
  equal(await read, null);
  await reader?.closed;
});

Deno.test("receive() tells when a body is over: read, cancelled or broken", async () => {
  const endless = () => new Response(new ReadableStream({}));
  const { body: cancelled } = receive(endless());
  await cancelled?.cancel("enough");
  await cancelled?.closed;
  const broken = new ReadableStream({
    pull: () => Promise.reject(new Error("cut")),
  });
  const { body: failing } = receive(new Response(broken));
  await rejects(readText(failing), { message: "cut" });
  await failing?.closed;
  equal(receive(new Response(null)).body, null);
});
