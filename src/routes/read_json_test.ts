import {
  deepStrictEqual as deepEqual,
  rejects,
  strictEqual as equal,
} from "node:assert";
import zlib from "node:zlib";
import { readJson } from "./read_json.ts";

const JSON_TEXT = JSON.stringify({ text: "ü 😀 ".repeat(500) });

function post(
  body: BodyInit,
  headers: Record<string, string> = {},
): Request {
  return new Request("http://localhost/", { method: "POST", body, headers });
}

const ENCODERS: [string, (text: string) => Uint8Array][] = [
  ["gzip", (text) => zlib.gzipSync(text)],
  ["deflate", (text) => zlib.deflateSync(text)],
  ["br", (text) => zlib.brotliCompressSync(text)],
  ["zstd", (text) => zlib.zstdCompressSync(text)],
];

for (const [encoding, encode] of ENCODERS) {
  const send = (bytes: Uint8Array) =>
    post(new Uint8Array(bytes), { "content-encoding": encoding });

  Deno.test(`readJson() reads ${encoding} (R66)`, async () => {
    deepEqual(await readJson(send(encode(JSON_TEXT))), JSON.parse(JSON_TEXT));
  });

  Deno.test(`readJson() counts ${encoding} after decoding (R66)`, async () => {
    const bomb = encode(`"${"a".repeat(2_000_000)}"`);
    await rejects(readJson(send(bomb), { maxBytes: 1_000_000 }), {
      type: "request_too_large",
      code: "request_body_too_large_after_decoding",
    });
  });

  Deno.test(`readJson() refuses ${encoding} that is cut off or is not it`, async () => {
    const bytes = encode(JSON_TEXT);
    const cut = bytes.slice(0, bytes.length - 12);
    for (const bad of [cut, new TextEncoder().encode(JSON_TEXT)]) {
      await rejects(readJson(send(bad)), { status: 400 });
    }
  });
}

for (const headers of [{}, { "content-length": "1000" }]) {
  const length = Object.keys(headers).join() || "no length";
  Deno.test(`readJson() refuses a body with ${length} whose client leaves as it sends`, async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'));
        controller.error(new Deno.errors.BadResource("gone"));
      },
    });
    const type = "invalid_request_error";
    await rejects(readJson(post(body, headers)), { type, status: 400 });
  });
}

Deno.test("readJson() refuses other encodings by code (R66)", async () => {
  const request = post("{}", { "content-encoding": "compress" });
  await rejects(readJson(request), {
    status: 400,
    code: "request_body_encoding_unsupported",
  });
});

Deno.test("readJson() refuses what is nested too deep, closed or not (R66)", async () => {
  const arrays = "[".repeat(100_000) + "]".repeat(100_000);
  const objects = '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000);
  for (const body of [arrays, objects, "[".repeat(1_000_000)]) {
    await rejects(readJson(post(body)), {
      status: 400,
      message: "The request body is nested more than 500 deep",
    });
  }
});

Deno.test("readJson() does not count brackets in strings", async () => {
  const text = '\\"[{'.repeat(1_000);
  const list = Array.from({ length: 1_000 }, () => [text, { a: "\\" }]);
  deepEqual(await readJson(post(JSON.stringify(list))), list);
});

Deno.test("readJson() takes what is nested 500 deep", async () => {
  const body = "[".repeat(500) + "]".repeat(500);
  equal(JSON.stringify(await readJson(post(body))), body);
});

Deno.test("readJson() replaces half characters and no others", async () => {
  const body = String
    .raw`["\ud800", "a\uDC00b", "\ud83d\ude00", "\\ud800", "\ud83d\\ude00", "\n\ud83d\ud83d\ude00"]`;
  deepEqual(await readJson(post(body)), [
    "\ufffd",
    "a\ufffdb",
    "😀",
    "\\ud800",
    "\ufffd\\ude00",
    "\n\ufffd😀",
  ]);
});

Deno.test("readJson() says what is wrong with a body that is no JSON (R66)", async () => {
  for (const body of ["", "{", "nope"]) {
    await rejects(readJson(post(body)), {
      status: 400,
      message: "The request body is not valid JSON",
    });
  }
});

Deno.test("readJson() gives a body that never ends only so long", async () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
  });
  const request = new Request("http://localhost", { method: "POST", body });
  await rejects(readJson(request, { maxMs: 5 }), {
    status: 408,
    type: "timeout_error",
    message: /took more than 0\.005 s/,
  });
});
