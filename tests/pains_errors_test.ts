/**
 * Problems of users of peer systems with failures: a row of the probe table
 * (A.3) or a pain (B) per test, through the port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import {
  finishChunk,
  roleChunk,
  textChunk,
  toolCallChunk,
} from "../src/demo/chunks.ts";
import {
  chunks,
  json,
  openaiError,
  rawStream,
  refusal,
  type Reply,
  type StreamedBody,
} from "../src/demo/replies.ts";
import { readMessage } from "./read_message.ts";
import { postMessages, readEvents, startProxy } from "./support.ts";

/** A whole completion with this message. */
function completion(content: string | null, finish_reason: string): Reply {
  const message = { role: "assistant", content };
  return json({ choices: [{ index: 0, message, finish_reason }] });
}

function toText(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/**
 * The error that ends a stream whose beginning has reached the client, and the
 * names of the events before it. Its id is that of the `request-id` header.
 */
async function lateError(
  beginning: unknown[],
  rest: string[],
  end: StreamedBody["end"] = "close",
) {
  const begun = Promise.withResolvers<void>();
  async function* pieces() {
    yield* beginning.map(toText);
    await begun.promise;
    yield* rest;
  }
  await using proxy = startProxy({
    script: () => rawStream(pieces(), { end }),
  });
  const response = await postMessages(proxy, { stream: true });
  begun.resolve();
  equal(response.status, 200);
  const events = await readEvents(response);
  const { event, data } = events.pop() ?? {};
  equal(event, "error");
  const { error, request_id } = Object(data);
  equal(request_id, response.headers.get("request-id"));
  return { type: error.type, before: events.map(({ event }) => event) };
}

/** Asks once streamed and once not; both must be refused in the same way. */
async function earlyError(reply: Reply, environment = {}) {
  const answers = [];
  for (const stream of [true, false]) {
    await using proxy = startProxy({ script: () => reply, environment });
    const response = await postMessages(proxy, { stream });
    const { type, error } = await response.json();
    equal(type, "error");
    const retryAfter = response.headers.get("retry-after");
    const attempts = proxy.upstream.exchanges.length;
    equal(response.headers.get("x-ccproxy-attempts"), `${attempts}`);
    answers.push({ status: response.status, ...error, retryAfter, attempts });
  }
  const [streamed, whole] = answers;
  deepEqual(streamed, whole);
  return { ...streamed };
}

Deno.test("A.3 stream cut in a tool call: an error event, no message_stop", async (t) => {
  const list = [
    toolCallChunk({ id: "call_0", name: "Bash" }),
    toolCallChunk({ args: '{"command":"rm -r' }),
  ];
  for (const end of ["cut", "close"] as const) {
    await t.step(end, async () => {
      const { type, before } = await lateError(list, [], end);
      equal(type, "api_error");
      deepEqual(before, [
        "message_start",
        "content_block_start",
        "content_block_delta",
      ]);
    });
  }
});

Deno.test("A.3 mid-stream {error}: an error event of its kind, no message_stop", async (t) => {
  const openrouter = {
    error: { code: 429, message: "Rate limit exceeded" },
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
  };
  const overloaded = openaiError("Busy", { code: "server_is_overloaded" });
  const named = `event: error\n${toText(openrouter)}`;
  const rows: [name: string, type: string, sent: string][] = [
    ["OpenRouter's chunk", "rate_limit_error", toText(openrouter)],
    ["an overload", "overloaded_error", toText(overloaded)],
    ["a text alone", "api_error", toText({ error: "CUDA out of memory" })],
    ["event: error", "rate_limit_error", named],
  ];
  for (const [name, expected, sent] of rows) {
    await t.step(name, async () => {
      const { type, before } = await lateError([textChunk("Hello")], [sent]);
      equal(type, expected);
      deepEqual(before, [
        "message_start",
        "content_block_start",
        "content_block_delta",
      ]);
    });
  }
});

Deno.test("A.3 finish_reason content_filter: refusal", async () => {
  const list = [textChunk("I"), finishChunk("content_filter")];
  await using proxy = startProxy({
    script: ({ body }) =>
      body.stream ? chunks(list) : completion("I", "content_filter"),
  });
  const streamed = await postMessages(proxy, { stream: true });
  equal((await readMessage(streamed)).stop_reason, "refusal");
  const whole = await postMessages(proxy, {});
  equal((await whole.json()).stop_reason, "refusal");
});

Deno.test("A.3 400 context_length_exceeded: prompt is too long: N tokens > M maximum", async (t) => {
  const code = "context_length_exceeded";
  const rows: [name: string, said: string, expected: string][] = [
    [
      "with numbers",
      "This model's maximum context length is 128000 tokens. However, your " +
      "messages resulted in 130000 tokens. Please reduce the length of the messages.",
      "prompt is too long: 130000 tokens > 128000 maximum",
    ],
    [
      "the window known here",
      "Your input exceeds the context window of this model.",
      "prompt is too long: 400001 tokens > 400000 maximum",
    ],
  ];
  for (const [name, said, expected] of rows) {
    await t.step(name, async () => {
      const reply = refusal(400, openaiError(said, { code }));
      const error = await earlyError(reply, { BIG_MODEL_NAME: "gpt-5-mini" });
      equal(error.status, 400);
      equal(error.type, "invalid_request_error");
      equal(error.message, expected);
      equal(error.attempts, 1);
    });
  }
});

Deno.test("A.3 429 + retry-after: 7: rate_limit_error, and the client is told 7", async () => {
  const body = openaiError("Slow down", { code: "rate_limit_exceeded" });
  const error = await earlyError(refusal(429, body, { "retry-after": "7" }));
  equal(error.status, 429);
  equal(error.type, "rate_limit_error");
  equal(error.retryAfter, "7");
  equal(error.attempts, 1, "7 s are longer than it waits itself");
});

Deno.test("B.28 an empty answer: an error, not an empty end_turn", async () => {
  const list = [roleChunk(), finishChunk("stop")];
  await using proxy = startProxy({
    script: ({ body }) => body.stream ? chunks(list) : completion("", "stop"),
  });
  for (const stream of [true, false]) {
    const response = await postMessages(proxy, { stream });
    const { error } = await response.json();
    ok(response.status >= 500, `got ${response.status}`);
    equal(error.type, "api_error");
  }
});

Deno.test("B.28 silent truncation: max_tokens, not end_turn", async () => {
  const list = [textChunk("Once upon"), finishChunk("length")];
  await using proxy = startProxy({ script: () => chunks(list) });
  const response = await postMessages(proxy, { stream: true });
  equal((await readMessage(response)).stop_reason, "max_tokens");
});

Deno.test("B.28 a probe with max_tokens: 1: status 200, whatever comes", async (t) => {
  const list = [roleChunk(), finishChunk("length")];
  const scripts = {
    "a word": () => undefined,
    nothing: ({ body }: { body: { stream: boolean } }) =>
      body.stream ? chunks(list) : completion(null, "length"),
  };
  for (const [name, script] of Object.entries(scripts)) {
    await t.step(name, async () => {
      await using proxy = startProxy({ script });
      const body = { max_tokens: 1 };
      const streamed = await postMessages(proxy, { ...body, stream: true });
      equal((await readMessage(streamed)).stop_reason, "max_tokens");
      const whole = await postMessages(proxy, body);
      equal(whole.status, 200);
      equal((await whole.json()).stop_reason, "max_tokens");
    });
  }
});
