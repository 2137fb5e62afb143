/** Malicious bodies, through the HTTP port. */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import zlib from "node:zlib";
import { type Attack, check, post, speak, valid } from "./attack.ts";
import { readEvents, startProxy } from "./support.ts";

const MB = 1024 * 1024;
const zeros = new Uint8Array(64 * MB);

const bomb = (encoding: string, bytes: Uint8Array): Attack => ({
  name: `a bomb of ${encoding}`,
  send: (proxy) =>
    post(proxy, new Uint8Array(bytes), { "content-encoding": encoding }),
  status: 413,
  type: "request_too_large",
  tells: /32 MB/,
});

const refused = (
  name: string,
  body: BodyInit,
  tells: RegExp,
  headers?: Record<string, string>,
): Attack => ({
  name,
  send: (proxy) => post(proxy, body, headers),
  status: 400,
  type: "invalid_request_error",
  tells,
});

const ATTACKS: Attack[] = [
  {
    name: "a body of 64 MB",
    send: (proxy) => post(proxy, zeros),
    status: 413,
    type: "request_too_large",
    tells: /32 MB/,
  },
  {
    name: "a body of 64 MB that does not say so",
    send: (proxy) => post(proxy, new Blob([zeros]).stream()),
    status: 413,
    type: "request_too_large",
    tells: /32 MB/,
  },
  bomb("gzip", zlib.gzipSync(zeros)),
  bomb("deflate", zlib.deflateSync(zeros)),
  bomb("br", zlib.brotliCompressSync(zeros)),
  bomb("zstd", zlib.zstdCompressSync(zeros)),
  refused("an unknown encoding", "x", /expected gzip, deflate/, {
    "content-encoding": "compress",
  }),
  refused(
    "gzip that is cut off",
    new Uint8Array(zlib.gzipSync(valid()).subarray(0, 30)),
    /cut off/,
    { "content-encoding": "gzip" },
  ),
  refused("noise instead of gzip", "noise", /cut off|encoded/, {
    "content-encoding": "gzip",
  }),
  refused("no body", "", /not valid JSON/),
  refused("half a document", valid().slice(0, 40), /not valid JSON/),
  refused("noise", new Uint8Array([0xff, 0xfe, 0, 1]), /not valid JSON/),
  refused("a list", "[]", /JSON object/),
  refused("a string", '"x"', /JSON object/),
  refused("null", "null", /JSON object/),
  refused(
    "lists in lists, 100 000 deep",
    "[".repeat(100_000) + "]".repeat(100_000),
    /nested more than 500/,
  ),
  refused(
    "ten million empty objects",
    valid().replace("{", `{"x":[${Array(10_000_000).fill("{}").join()}],`),
    /more than 1000000 values/,
  ),
  refused(
    "ten million empty blocks",
    valid().replace('"hi"', `[${Array(10_000_000).fill("{}").join()}]`),
    /more than 1000000 values/,
  ),
  refused(
    "half a million broken blocks",
    valid().replace('"hi"', `[${Array(490_000).fill("{}").join()}]`),
    /at most 200000 messages, blocks and tools/,
  ),
  refused(
    "100 001 messages",
    valid({
      messages: Array.from(
        { length: 100_001 },
        () => ({ role: "user", content: "" }),
      ),
    }),
    /messages/,
  ),
  refused("no messages", valid({ messages: [] }), /at least one message/),
  refused(
    "a role of its own",
    valid({ messages: [{ role: "root", content: "x" }] }),
    /messages\.0\.role/,
  ),
  refused("a model that is no text", valid({ model: { a: 1 } }), /model/),
  refused("no model", valid({ model: "" }), /model/),
  refused("tokens below nothing", valid({ max_tokens: -1 }), /max_tokens/),
  refused("a million tokens, in words", valid({ max_tokens: "1e6" }), /max_/),
  refused("infinite tokens", valid({}).replace("9", "1e999"), /max_tokens/),
];

for (const attack of ATTACKS) {
  Deno.test(`security: ${attack.name} gets ${attack.status}`, async () => {
    await using proxy = startProxy();
    await check(proxy, attack);
    equal(proxy.upstream.exchanges.length, 0);
    const next = await post(proxy, valid());
    equal(next.status, 200);
    await next.body?.cancel();
  });
}

Deno.test("security: __proto__ in a body changes nobody's prototype", async () => {
  await using proxy = startProxy();
  const harm = '"__proto__":{"polluted":true},"constructor":{"prototype":1},';
  const response = await post(proxy, valid().replace("{", `{${harm}`));
  equal(response.status, 200);
  await response.body?.cancel();
  equal("polluted" in {}, false);
});

Deno.test("security: a model's name cannot add headers to the answer", async () => {
  await using proxy = startProxy();
  const model = "x\r\nset-cookie: a=b\r\n\r\n<script>";
  const response = await post(proxy, valid({ model }));
  equal(response.status, 200);
  equal(response.headers.get("set-cookie"), null);
  equal((await response.json()).model, model);
});

Deno.test("security: a megabyte of a model's name does no harm", async () => {
  await using proxy = startProxy();
  const response = await post(proxy, valid({ model: "x".repeat(MB) }));
  equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("security: control characters in a prompt stay in the prompt", async () => {
  await using proxy = startProxy();
  const content = "\u0000\u001b[2J\u2028data: [DONE]\n\nevent: error\n";
  const messages = [{ role: "user", content }];
  const response = await post(proxy, valid({ messages, stream: true }));
  await readEvents(response); // throws on anything that is not an event
  const [exchange] = proxy.upstream.exchanges;
  deepEqual(exchange?.body.messages, messages);
  equal(proxy.logged.filter((line) => line.includes("\u001b")).length, 0);
});

Deno.test("security: no URL in a request is fetched by the proxy", async () => {
  let visits = 0;
  await using canary = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(String(++visits)),
  );
  const url = `http://127.0.0.1:${canary.addr.port}/`;
  await using proxy = startProxy();
  const source = { type: "url", url };
  const content = [{ type: "image", source }, { type: "document", source }];
  const response = await post(
    proxy,
    valid({ messages: [{ role: "user", content }] }),
  );
  await response.body?.cancel();
  equal(visits, 0);
});

Deno.test("security: two lengths in one request are refused (request smuggling)", async () => {
  await using proxy = startProxy();
  const answer = await speak(
    proxy,
    "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n" +
      "Content-Length: 5\r\nConnection: close\r\n\r\nabcde",
  );
  match(answer, /^HTTP\/1\.1 400 /);
  equal(proxy.upstream.exchanges.length, 0);
});

Deno.test("security: a smuggled second request is not carried out", async () => {
  await using proxy = startProxy();
  const inner = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const answer = await speak(
    proxy,
    "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\n" +
      `Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n` +
      `Connection: close\r\n\r\n0\r\n\r\n${inner}`,
  );
  ok(!answer.includes("has_more"), answer);
});

Deno.test("security: a head of 300 kB is refused", async () => {
  await using proxy = startProxy();
  const answer = await speak(
    proxy,
    `GET /health HTTP/1.1\r\nHost: localhost\r\nx: ${
      "a".repeat(300_000)
    }\r\n\r\n`,
  ).catch((error) => String(error));
  match(answer, /^HTTP\/1\.1 4\d\d |reset|broken/i);
});
