/**
 * The telemetry that Claude Code and other clients post, by OTLP/HTTP.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  strictEqual as equal,
} from "node:assert";
import { SIGNALS } from "../src/telemetry/signal.ts";
import { serveCollector } from "./collector.ts";
import { type Proxy, startProxy } from "./support.ts";

/** Any bytes will do: nobody reads them on the way. */
const BYTES = new Uint8Array([10, 0, 255, 1]);

const PROTOBUF = "application/x-protobuf", JSON_TYPE = "application/json";

/** Posts telemetry to `path`. */
function post(
  { url }: Proxy,
  path: string,
  { headers, body = BYTES }: {
    headers: Record<string, string>;
    body?: Uint8Array<ArrayBuffer>;
  },
): Promise<Response> {
  return fetch(`${url}${path}`, { method: "POST", headers, body });
}

for (const signal of SIGNALS) {
  Deno.test(`/v1/${signal} takes Protobuf and JSON where there is no collector`, async () => {
    await using proxy = startProxy();
    for (const [type, answer] of [[PROTOBUF, ""], [JSON_TYPE, "{}"]] as const) {
      const response = await post(proxy, `/v1/${signal}`, {
        headers: { "content-type": `${type}; charset=utf-8` },
      });
      equal(response.status, 200);
      equal(response.headers.get("content-type"), type);
      equal(await response.text(), answer);
    }
  });
}

Deno.test("telemetry goes on to the collector as it is, without the client's key", async () => {
  await using collector = serveCollector();
  await using proxy = startProxy({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/base/`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=ours",
      CCPROXY_API_KEY: "sesame",
    },
  });
  for (const signal of SIGNALS) {
    const response = await post(proxy, `/v1/${signal}`, {
      headers: {
        "content-type": PROTOBUF,
        "content-encoding": "gzip",
        "authorization": "Bearer sesame",
        "cookie": "sesame",
      },
    });
    equal(response.status, 200);
    await response.text();
  }
  const { posts } = collector;
  await collector.until(() => posts.length === 3);
  deepEqual(
    posts.map(({ path }) => path),
    SIGNALS.map((signal) => `/base/v1/${signal}`),
  );
  for (const { headers, body } of posts) {
    deepEqual(body, BYTES);
    equal(headers.get("content-type"), PROTOBUF);
    equal(headers.get("content-encoding"), "gzip");
    equal(headers.get("x-collector-key"), "ours");
    equal(headers.get("user-agent"), "ccproxy");
    equal(JSON.stringify([...headers]).includes("sesame"), false);
  }
});

Deno.test("telemetry needs the client's key, as all else below /v1", async () => {
  await using collector = serveCollector();
  await using proxy = startProxy({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: "always_off",
      CCPROXY_API_KEY: "sesame",
    },
  });
  const headers = { "content-type": PROTOBUF };
  const response = await post(proxy, "/v1/metrics", { headers });
  equal(response.status, 401);
  await response.text();
  deepEqual(collector.posts, []);
});

Deno.test("telemetry of an unknown kind, or too much of it, is refused", async () => {
  await using proxy = startProxy();
  const unknown = await post(proxy, "/v1/logs", {
    headers: { "content-type": "text/plain" },
  });
  equal(unknown.status, 415);
  match((await unknown.json()).error.message, /expected application\/json or/);
  const tooMuch = await post(proxy, "/v1/logs", {
    headers: { "content-type": PROTOBUF },
    body: new Uint8Array(4 * 1024 * 1024 + 1),
  });
  equal(tooMuch.status, 413);
  await tooMuch.text();
});

Deno.test("telemetry makes no spans, and no lines in the log but for debugging", async () => {
  await using collector = serveCollector();
  await using proxy = startProxy({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  const headers = { "content-type": JSON_TYPE };
  await (await post(proxy, "/v1/traces", { headers })).text();
  await (await fetch(`${proxy.url}/v1/models`)).text();
  await collector.until(() => collector.spans.length > 0);
  deepEqual(collector.spans.map(({ name }) => name), ["GET /v1/models"]);
  const line = proxy.logged.find((line) => line.includes("POST /v1/traces"));
  equal(JSON.parse(line ?? "{}").level, "DEBUG");
});
