/**
 * The HTTP surface: paths, keys, bodies, ids, refusals.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { gzipSync } from "node:zlib";
import { postMessages, type Proxy, readEvents, startProxy } from "./support.ts";

const ASK = {
  model: "claude-sonnet-5",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }],
};

function post(
  { url }: Proxy,
  { path = "/v1/messages", body = JSON.stringify(ASK), headers = {} }: {
    path?: string;
    body?: BodyInit;
    headers?: Record<string, string>;
  },
): Promise<Response> {
  return fetch(`${url}${path}`, { method: "POST", body, headers });
}

/** Asserts an error's envelope; returns its message. */
async function refused(
  answer: Promise<Response>,
  status: number,
  type: string,
): Promise<string> {
  const response = await answer;
  const body = await response.json();
  equal(response.status, status, JSON.stringify(body));
  equal(body.type, "error");
  equal(body.error.type, type);
  equal(body.request_id, response.headers.get("request-id"));
  match(body.request_id, /^req_\w{24}$/);
  return body.error.message;
}

Deno.test("the app answers probes without a key (C5)", async () => {
  await using proxy = startProxy({ environment: { CCPROXY_API_KEY: "k" } });
  for (const path of ["/", "/health", "/api/hello"]) {
    for (const method of ["GET", "HEAD"]) {
      const response = await fetch(`${proxy.url}${path}`, { method });
      await response.body?.cancel();
      equal(response.status, 200, `${method} ${path}`);
      match(response.headers.get("request-id") ?? "", /^req_\w{24}$/);
    }
  }
});

Deno.test("the app answers anything else with a JSON 404 (E24)", async () => {
  await using proxy = startProxy();
  for (
    const path of ["/nope", "/v1/complete", "/v1/files", "/v1/messages/batches"]
  ) {
    await refused(post(proxy, { path }), 404, "not_found_error");
  }
  await refused(fetch(`${proxy.url}/v1/messages`), 404, "not_found_error");
});

Deno.test("the messages route takes any query and a slash at its end (R65)", async () => {
  await using proxy = startProxy();
  for (const path of ["/v1/messages?beta=true", "/v1/messages/"]) {
    const response = await post(proxy, { path });
    equal(response.status, 200, path);
    equal((await response.json()).type, "message");
  }
});

Deno.test("the app takes a key in either header, x-api-key first (R64)", async () => {
  await using proxy = startProxy({
    environment: { CCPROXY_API_KEY: "one,two" },
  });
  const accepted = [
    { "x-api-key": "one" },
    { authorization: "Bearer two" },
    { "x-api-key": "one", authorization: "Bearer wrong" },
  ];
  for (const headers of accepted) {
    const response = await post(proxy, { headers: { ...headers } });
    await response.body?.cancel();
    equal(response.status, 200, JSON.stringify(headers));
  }
  const refusedHeaders = [
    {},
    { "x-api-key": "wrong" },
    { "x-api-key": "wrong", authorization: "Bearer one" },
    { authorization: "Bearer one,two" },
  ];
  for (const headers of refusedHeaders) {
    const message = await refused(
      post(proxy, { headers: { ...headers } }),
      401,
      "authentication_error",
    );
    equal(message, "invalid x-api-key");
  }
  equal(proxy.upstream.exchanges.length, accepted.length);
});

Deno.test("a wrong key is not worth a retry (C7)", async () => {
  await using proxy = startProxy({ environment: { CCPROXY_API_KEY: "k" } });
  const response = await post(proxy, {});
  await response.body?.cancel();
  equal(response.headers.get("x-should-retry"), "false");
});

Deno.test("the messages route names what is wrong with a body (R66, R67)", async () => {
  await using proxy = startProxy();
  const cases: [string, RegExp][] = [
    ["{", /^The request body is not valid JSON$/],
    ["", /^The request body is not valid JSON$/],
    ["[]", /^Request body must be a JSON object$/],
    ["{}", /^model: Field required$/],
    [
      JSON.stringify({ ...ASK, max_tokens: undefined }),
      /^max_tokens: Field required$/,
    ],
    [
      JSON.stringify({ ...ASK, messages: undefined }),
      /^messages: Field required$/,
    ],
    [
      JSON.stringify({ ...ASK, messages: [] }),
      /^messages: at least one message is required$/,
    ],
    [
      JSON.stringify({ ...ASK, messages: [{ role: "tool", content: "" }] }),
      /^messages\.0\.role: /,
    ],
    [
      JSON.stringify({
        ...ASK,
        messages: [{ role: "user", content: [{ type: "text" }] }],
      }),
      /^messages\.0\.content\.0\.text: Field required$/,
    ],
  ];
  for (const [body, expected] of cases) {
    match(
      await refused(post(proxy, { body }), 400, "invalid_request_error"),
      expected,
    );
  }
  equal(proxy.upstream.exchanges.length, 0);
});

Deno.test("the messages route takes a compressed body (R66)", async () => {
  await using proxy = startProxy();
  const body = new Uint8Array(gzipSync(JSON.stringify(ASK)));
  const headers = { "content-encoding": "gzip" };
  const response = await post(proxy, { body, headers });
  equal((await response.json()).type, "message");
  for (const encoding of ["gzip", "lzma"]) {
    const headers = { "content-encoding": encoding };
    await refused(post(proxy, { headers }), 400, "invalid_request_error");
  }
});

Deno.test("the messages route refuses bodies over 32 MB, packed or not (R66)", async () => {
  await using proxy = startProxy();
  const huge = JSON.stringify({
    ...ASK,
    padding: "x".repeat(33 * 1024 * 1024),
  });
  await refused(post(proxy, { body: huge }), 413, "request_too_large");
  const headers = { "content-encoding": "gzip" };
  const packed = new Uint8Array(gzipSync(huge));
  ok(packed.byteLength < 100_000);
  await refused(
    post(proxy, { body: packed, headers }),
    413,
    "request_too_large",
  );
});

Deno.test("the messages route ignores unknown fields, betas and versions (R63)", async () => {
  await using proxy = startProxy();
  const body = JSON.stringify({ ...ASK, from_the_future: { deep: [1] } });
  for (const version of ["2023-06-01", "2026-10-21", "2099-01-01", undefined]) {
    const headers = {
      "anthropic-beta": "from-the-future-2099-01-01",
      ...(version ? { "anthropic-version": version } : {}),
    };
    const response = await post(proxy, { body, headers });
    equal(response.status, 200);
    await response.body?.cancel();
  }
  equal(proxy.upstream.exchanges[0]?.bodyText.includes("future"), false);
});

Deno.test("the messages route refuses what would change the meaning (R60–R62)", async () => {
  await using proxy = startProxy();
  const fields: Record<string, unknown> = {
    safeguards: [{ type: "dangerous_tool_use" }],
    mcp_servers: [{ type: "url", url: "https://example.com", name: "x" }],
    compaction: { type: "summarize" },
    container: { skills: [{ type: "anthropic" }] },
  };
  for (const [name, value] of Object.entries(fields)) {
    const message = await refused(
      postMessages(proxy, { [name]: value }),
      400,
      "invalid_request_error",
    );
    match(message, new RegExp(`^${name}.*not supported by this gateway$`));
  }
  const response = await postMessages(proxy, { thread: { type: "create" } });
  const { error } = await response.json();
  equal(error.details.error_code, "thread_unsupported_request");
  equal(proxy.upstream.exchanges.length, 0);
  const accepted = await postMessages(proxy, {
    mcp_servers: [],
    container: "c",
  });
  await accepted.body?.cancel();
  equal(accepted.status, 200);
});

Deno.test("a request for no output is answered here (R50)", async () => {
  await using proxy = startProxy();
  const message = await (await postMessages(proxy, { max_tokens: 0 })).json();
  deepEqual(message.content, []);
  equal(message.stop_reason, "max_tokens");
  ok(message.usage.input_tokens > 0);
  const events = await readEvents(
    await postMessages(proxy, { max_tokens: 0, stream: true }),
  );
  deepEqual(events.map(({ event }) => event), [
    "message_start",
    "message_delta",
    "message_stop",
  ]);
  equal(proxy.upstream.exchanges.length, 0);
});

Deno.test("the app lists its models page by page (C3)", async () => {
  await using proxy = startProxy({ environment: { BIG_MODEL_NAME: "gpt-5" } });
  const list = async (query: string) =>
    await (await fetch(`${proxy.url}/v1/models${query}`)).json();
  const all = await list("?limit=1000");
  deepEqual(all.data.map(({ id }: { id: string }) => id), [
    "anthropic/gpt-5",
    "anthropic/small-model",
  ]);
  equal(all.data[0].max_input_tokens, 400_000);
  equal(all.data[0].max_tokens, 128_000);
  equal(all.data[1].max_tokens, null);
  const first = await list("?limit=1");
  deepEqual([first.has_more, first.last_id], [true, "anthropic/gpt-5"]);
  const second = await list(`?limit=1&after_id=${first.last_id}`);
  deepEqual([second.has_more, second.first_id], [
    false,
    "anthropic/small-model",
  ]);
});

Deno.test("the app retrieves the models it has and no others (C4)", async () => {
  await using proxy = startProxy();
  for (const id of ["anthropic/big-model", "small-model", "claude-opus-5"]) {
    const response = await fetch(`${proxy.url}/v1/models/${id}`);
    equal((await response.json()).id, id);
  }
  const message = await refused(
    fetch(`${proxy.url}/v1/models/unknown`),
    404,
    "not_found_error",
  );
  equal(message, "model: unknown");
});

Deno.test("the app sends each model name where it belongs", async () => {
  await using proxy = startProxy();
  const cases = {
    "claude-opus-5": "big-model",
    "claude-sonnet-5[1m]": "big-model",
    "claude-fable-5": "big-model",
    "claude-haiku-4-5-20251001": "small-model",
    "who-knows": "big-model",
    "anthropic/small-model": "small-model",
    "gpt-5-mini": "gpt-5-mini",
  };
  for (const [asked, expected] of Object.entries(cases)) {
    const response = await postMessages(proxy, { model: asked });
    equal((await response.json()).model, asked);
    equal(response.headers.get("x-upstream-model"), expected);
    equal(proxy.upstream.exchanges.at(-1)?.body.model, expected);
  }
});

Deno.test("the app says what it left out (P5)", async () => {
  await using proxy = startProxy();
  const tools = [{ type: "code_execution_20250825", name: "code" }];
  const response = await postMessages(proxy, { tools });
  await response.body?.cancel();
  match(
    response.headers.get("x-ccproxy-notice") ?? "",
    /code_execution_20250825/,
  );
});

Deno.test("nothing the app logs or answers holds a key", async () => {
  await using proxy = startProxy({
    environment: {
      OPENAI_API_KEY: "sk-upstream-1234",
      CCPROXY_API_KEY: "client-1234",
    },
  });
  const headers = { "x-api-key": "client-1234" };
  const answers = await Promise.all([
    post(proxy, { headers }),
    post(proxy, { headers, body: "{" }),
    post(proxy, { headers: { "x-api-key": "wrong-1234" } }),
  ]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  const all = [...texts, ...proxy.logged].join("\n");
  equal(/1234/.test(all), false, all);
  equal(
    proxy.upstream.exchanges[0]?.headers.get("authorization"),
    "Bearer sk-upstream-1234",
  );
});
