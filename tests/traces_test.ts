/**
 * Traces of requests, as sent to a collector.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { finishChunk, textChunk } from "../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../src/demo/replies.ts";
import { type Collector, serveCollector, type TakenSpan } from "./collector.ts";
import { postMessages, type ProxyOptions, startProxy } from "./support.ts";

const USAGE = {
  choices: [],
  usage: {
    prompt_tokens: 11,
    completion_tokens: 7,
    prompt_tokens_details: { cached_tokens: 4 },
  },
};

const ANSWER = chunks([textChunk("Hi"), finishChunk("stop"), USAGE]);

/** A proxy that sends its traces to a collector. */
function startTraced(
  { url }: Collector,
  { environment, ...options }: ProxyOptions = {},
) {
  return startProxy({
    script: () => ANSWER,
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...environment },
    ...options,
  });
}

/** The spans of one trace, once its request's span has arrived. */
async function traceOf({ spans, until }: Collector): Promise<TakenSpan[]> {
  await until(() => spans.length > 0); // they arrive together
  return spans.splice(0);
}

/** The structure of a trace: each span with its parent's name. */
function shapeOf(spans: TakenSpan[]): [string, string | undefined][] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId = "" }) => [
    name,
    names.get(parentSpanId) ?? (parentSpanId || undefined),
  ]);
}

const ROUTE = "POST /v1/messages";

Deno.test("a streamed message with a retry has spans for all that was done", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector, {
    script: ({ number }) =>
      number === 1 ? refusal(503, openaiError("busy")) : ANSWER,
    environment: { RESPONSE_CACHE: "safe", OTEL_SERVICE_NAME: "mine" },
  });
  const response = await postMessages(proxy, { stream: true });
  await response.text();
  const spans = await traceOf(collector);
  deepEqual(shapeOf(spans), [
    [ROUTE, undefined],
    ["translate", ROUTE],
    ["cache", ROUTE],
    ["chat big-model", ROUTE],
    ["chat big-model", ROUTE],
    ["stream", ROUTE],
  ]);
  const [request, , lookup, first, second, stream] = spans;
  ok(request && lookup && first && second && stream);
  equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
  match(request.traceId, /^[\da-f]{32}$/);
  match(request.spanId, /^[\da-f]{16}$/);
  deepEqual(spans.map(({ kind }) => kind), [2, 1, 1, 3, 3, 1]);
  const { "ccproxy.cost_usd": _cost, ...attributes } = request.attributes;
  deepEqual(attributes, {
    "http.request.method": "POST",
    "http.route": "/v1/messages",
    "http.response.status_code": 200,
    "ccproxy.request_id": response.headers.get("request-id"),
    "ccproxy.outcome": "finished",
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "claude-sonnet-5",
    "gen_ai.response.model": "big-model",
    "gen_ai.usage.input_tokens": 11,
    "gen_ai.usage.cache_read.input_tokens": 4,
    "gen_ai.usage.cache_creation.input_tokens": 0,
    "gen_ai.usage.output_tokens": 7,
    "ccproxy.upstream": "127.0.0.1",
    "ccproxy.attempts": 2,
    "ccproxy.cache": "miss",
  });
  deepEqual(lookup.attributes, { "ccproxy.cache": "miss" });
  const { port } = new URL(proxy.config.upstreams[0]?.url ?? "");
  const asked = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "127.0.0.1",
    "gen_ai.request.model": "big-model",
    "http.request.method": "POST",
    "server.address": "127.0.0.1",
    "server.port": Number(port),
  };
  deepEqual(first.attributes, {
    ...asked,
    "http.response.status_code": 503,
    "error.type": "503",
  });
  deepEqual(second.attributes, {
    ...asked,
    "http.request.resend_count": 1,
    "http.response.status_code": 200,
  });
  deepEqual(
    [request, first, second].map(({ status }) => status.code),
    [undefined, 2, undefined],
  );
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans) {
    ok(request.startTimeUnixNano <= start && start <= end);
    ok(end <= request.endTimeUnixNano);
  }
  ok(first.endTimeUnixNano <= second.startTimeUnixNano);
  equal(stream.endTimeUnixNano, request.endTimeUnixNano);
  equal(collector.resource["service.name"], "mine");
});

Deno.test("a cached answer has a span for the look into the cache, and none for an attempt", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector, {
    environment: { RESPONSE_CACHE: "safe" },
  });
  await (await postMessages(proxy, { stream: true })).text();
  await traceOf(collector);
  await (await postMessages(proxy, { stream: true })).text();
  const spans = await traceOf(collector);
  deepEqual(shapeOf(spans), [
    [ROUTE, undefined],
    ["translate", ROUTE],
    ["cache", ROUTE],
    ["stream", ROUTE],
  ]);
  deepEqual(spans[2]?.attributes, { "ccproxy.cache": "hit" });
  equal(spans[0]?.attributes["ccproxy.attempts"], 0);
});

Deno.test("a failed request has spans that say why, and nothing of what was said", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector, {
    script: () => refusal(500, openaiError("broken: Tell me a secret")),
    retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
    environment: { CCPROXY_API_KEY: "sesame-key", OPENAI_API_KEY: "sk-hidden" },
  });
  const messages = [{ role: "user", content: "Tell me a secret" }];
  const headers = { "x-api-key": "sesame-key" };
  await (await postMessages(proxy, { messages }, { headers })).text();
  const spans = await traceOf(collector);
  deepEqual(shapeOf(spans), [
    [ROUTE, undefined],
    ["translate", ROUTE],
    ["chat big-model", ROUTE],
  ]);
  deepEqual(spans.map(({ status }) => status.code), [2, undefined, 2]);
  equal(spans[0]?.attributes["error.type"], "api_error");
  equal(spans[0]?.attributes["http.response.status_code"], 500);
  const sent = new TextDecoder().decode(collector.posts[0]?.body);
  ok(!/secret|sesame|hidden/.test(sent), sent);
});

Deno.test("a stream that breaks off after its 200 has failed, and so has its attempt", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector, {
    script: () => chunks([textChunk("Hi")], { end: "cut" }),
  });
  await (await postMessages(proxy, { stream: true })).text();
  const [request, , attempt, stream] = await traceOf(collector);
  deepEqual([request?.status.code, attempt?.status.code], [2, 2]);
  equal(request?.attributes["http.response.status_code"], 200);
  equal(attempt?.attributes["http.response.status_code"], 200);
  equal(attempt?.attributes["error.type"], "api_error");
  equal(stream?.name, "stream");
});

Deno.test("a client that leaves is no failure of the upstream", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector, {
    script: () => chunks([textChunk("Hi")], { end: "hang" }),
  });
  const response = await postMessages(proxy, { stream: true });
  await response.body?.cancel();
  const spans = await traceOf(collector);
  deepEqual(spans.map(({ status }) => status.code).filter(Boolean), []);
  equal(spans[0]?.attributes["ccproxy.outcome"], "client gone");
});

Deno.test("a client's trace goes on, and the upstream is told nothing of it", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector);
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  const client = "00f067aa0ba902b7";
  const headers = {
    traceparent: `00-${traceId}-${client}-01`,
    tracestate: "vendor=1",
    baggage: "who=me",
  };
  await (await postMessages(proxy, {}, { headers })).text();
  const spans = await traceOf(collector);
  deepEqual(shapeOf(spans), [
    [ROUTE, client],
    ["translate", ROUTE],
    ["chat big-model", ROUTE],
  ]);
  for (const span of spans) {
    deepEqual([span.traceId, span.traceState], [traceId, "vendor=1"]);
  }
  const [exchange] = proxy.upstream.exchanges;
  ok(exchange?.headers.has("content-type"));
  for (const name of Object.keys(headers)) {
    equal(exchange?.headers.has(name), false);
  }
});

Deno.test("a client's trace that is not kept is not kept here, and probes have none", async () => {
  await using collector = serveCollector();
  await using proxy = startTraced(collector);
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  await (await postMessages(proxy, {}, { headers: { traceparent } })).text();
  await (await fetch(`${proxy.url}/health`)).text();
  await (await fetch(`${proxy.url}/v1/models`)).text();
  deepEqual(shapeOf(await traceOf(collector)), [["GET /v1/models", undefined]]);
});

Deno.test("headers of the settings go to the collector, at the URL for traces", async () => {
  await using collector = serveCollector();
  await using proxy = startProxy({
    environment: {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/own/path`,
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20t0ken, x-team = a",
    },
  });
  await (await postMessages(proxy, {})).text();
  await collector.until(() => collector.posts.length > 0);
  const { path, headers } = collector.posts[0] ?? { headers: new Headers() };
  equal(path, "/own/path");
  equal(headers.get("content-type"), "application/json");
  equal(headers.get("authorization"), "Bearer t0ken");
  equal(headers.get("x-team"), "a");
});

Deno.test("a collector that is down delays no request and costs one line in the log", async () => {
  const gone = serveCollector();
  await gone[Symbol.asyncDispose]();
  await using proxy = startTraced(gone);
  for (let n = 0; n < 5; n++) {
    const response = await postMessages(proxy, {});
    equal(response.status, 200);
    await response.text();
  }
  await proxy.entry("telemetry not delivered");
  const said = proxy.logged.filter((line) => line.includes("telemetry"));
  equal(said.length, 1, said.join());
});
