/**
 * Fallback targets, through the HTTP port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import { textChunk } from "../src/demo/chunks.ts";
import {
  chunks,
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import {
  errorReply,
  EVENTS,
  eventStream,
  logEntry,
  MESSAGE,
  STREAM,
} from "./messages_upstream.ts";
import {
  type Behaviour,
  type Several,
  startSeveral,
} from "./several_upstreams.ts";
import { postMessages, readEvents } from "./support.ts";

const BUSY = refusal(503, openaiError("Busy"));

const works: Behaviour = { chat: () => undefined };
const passes: Behaviour = {
  messages: ({ body }) =>
    body.stream ? eventStream(STREAM) : Response.json(MESSAGE),
};

function fails(reply: Reply): Behaviour {
  return { chat: () => reply };
}

/** Failures another target can cure, and the status the client gets. */
const CURABLE: Record<string, [Behaviour, status: number]> = {
  "a refused connection": ["refused", 502],
  "429 with a long retry-after": [
    fails(refusal(429, openaiError("Slow down"), { "retry-after": "600" })),
    429,
  ],
  "408": [fails(refusal(408, openaiError("Timed out"))), 408],
  "500": [fails(refusal(500, openaiError("Oops"))), 500],
  "503": [fails(BUSY), 529],
  "a wrong key": [fails(refusal(401, openaiError("Invalid key"))), 401],
  "an empty account": [
    fails(
      refusal(429, openaiError("No money", { code: "insufficient_quota" })),
    ),
    402,
  ],
  "a forbidden model": [fails(refusal(403, openaiError("Not yours"))), 403],
  "a model that is not there": [
    fails(refusal(404, openaiError("No model", { code: "model_not_found" }))),
    404,
  ],
  "an error page": [fails(refusal(502, "<html>Bad gateway</html>")), 502],
  "an error in the stream before any chunk": [
    fails(chunks([{ error: { message: "Busy", code: 503 } }])),
    529,
  ],
  "an empty stream": [fails(rawStream([])), 502],
  "a cut before any chunk": [fails(rawStream([], { end: "cut" })), 502],
  "silence": [fails(rawStream([], { end: "hang" })), 504],
  "an overloaded Messages API": [
    {
      messages: () =>
        errorReply(529, { type: "overloaded_error", message: "Overloaded" }),
    },
    529,
  ],
  "a Messages API that is cut before any event": [
    { messages: () => eventStream("") },
    502,
  ],
};

for (const [what, [behaviour, status]] of Object.entries(CURABLE)) {
  for (const stream of [true, false]) {
    const form = stream ? "streamed" : "whole";
    Deno.test(`the next target cures ${what}, ${form}`, async () => {
      await using several = await startSeveral({ a: behaviour, b: works }, {
        environment: { UPSTREAM_IDLE_TIMEOUT: "1" },
      });
      const response = await postMessages(several.proxy, { stream });
      equal(response.status, 200);
      equal(response.headers.get("x-upstream-model"), "b-model");
      equal(
        response.headers.get("x-ccproxy-fallback"),
        `a/a-model ${status}`,
      );
      if (stream) isOneMessage(await typesOf(response));
      else equal((await response.json()).type, "message");
      equal(several.askedOf("b"), 1);
      isLogged(several, { status });
    });
  }
}

/** Events' types, in order, without pings. */
async function typesOf(response: Response): Promise<string[]> {
  const events = await readEvents(response);
  return events.map(({ event }) => event).filter((type) => type !== "ping");
}

function isOneMessage(types: readonly string[]): void {
  equal(types.filter((type) => type === "message_start").length, 1);
  equal(types[0], "message_start");
  equal(types.at(-1), "message_stop");
}

/** The log names the failure, and finally the target that answered. */
function isLogged(
  { proxy: { logged } }: Several,
  { status }: { status: number },
) {
  const entry = logEntry(logged, "upstream failed, asking the next one");
  deepEqual(
    [entry.target, entry.next, entry.status],
    ["a/a-model", "b/b-model", status],
  );
  const { target, attempts } = logEntry(logged, "message");
  deepEqual([target, attempts], ["b/b-model", 2]);
}

const LASTING: Record<string, [Behaviour, status: number]> = {
  "400": [fails(refusal(400, openaiError("Bad field"))), 400],
  "413": [fails(refusal(413, openaiError("Too large"))), 413],
  "422": [fails(refusal(422, openaiError("Bad value"))), 400],
  "a content filter": [
    fails(refusal(400, openaiError("No", { code: "content_filter" }))),
    400,
  ],
  "a 400 of a Messages API": [
    {
      messages: () =>
        errorReply(400, { type: "invalid_request_error", message: "Bad" }),
    },
    400,
  ],
};

for (const [what, [behaviour, status]] of Object.entries(LASTING)) {
  for (const stream of [true, false]) {
    const form = stream ? "streamed" : "whole";
    Deno.test(`no other target is asked after ${what}, ${form}`, async () => {
      await using several = await startSeveral({ a: behaviour, b: works });
      const response = await postMessages(several.proxy, { stream });
      equal(response.status, status);
      equal((await response.json()).type, "error");
      equal(response.headers.get("x-ccproxy-fallback"), null);
      equal(several.askedOf("b"), 0);
    });
  }
}

const BEGUN: Record<string, Behaviour> = {
  "a chunk": fails(chunks([textChunk("Once")], { end: "cut" })),
  "an event": {
    messages: () => eventStream(EVENTS.start + EVENTS.block + EVENTS.delta),
  },
};

for (const [what, behaviour] of Object.entries(BEGUN)) {
  Deno.test(`no other target is asked after ${what}`, async () => {
    await using several = await startSeveral({ a: behaviour, b: works });
    const response = await postMessages(several.proxy, { stream: true });
    equal(response.headers.get("x-upstream-model"), "a-model");
    const types = await typesOf(response);
    deepEqual([types[0], types.at(-1)], ["message_start", "error"]);
    equal(several.askedOf("b"), 0);
  });
}

/** Fails once told to. */
function failsLater(
  api: "chat" | "responses" | "messages",
  wait: Promise<void>,
): Behaviour {
  const script = async () => {
    await wait;
    return BUSY;
  };
  if (api === "chat") return { chat: script };
  if (api === "responses") return { responses: script };
  return {
    messages: async () => {
      await wait;
      return errorReply(529, { type: "overloaded_error", message: "Busy" });
    },
  };
}

const responds: Behaviour = { responses: () => undefined };
const BY_API = { chat: works, responses: responds, messages: passes };
const APIS = ["chat", "responses", "messages"] as const;

for (const from of APIS) {
  for (const to of APIS) {
    Deno.test(`a message that began while it was waited for begins once, from ${from} to ${to}`, async () => {
      const begun = Promise.withResolvers<void>();
      await using several = await startSeveral(
        { a: failsLater(from, begun.promise), b: BY_API[to] },
        { times: { commitMs: 1, pingMs: 10 } },
      );
      const response = await postMessages(several.proxy, { stream: true });
      equal(response.status, 200);
      begun.resolve();
      const events = await readEvents(response);
      const types = events.map(({ event }) => event)
        .filter((type) => type !== "ping");
      isOneMessage(types);
      isLogged(several, { status: 529 });
    });
  }
}

Deno.test("a message passed through after another has begun tells all it cost", async () => {
  const begun = Promise.withResolvers<void>();
  await using several = await startSeveral(
    { a: failsLater("chat", begun.promise), b: passes },
    { times: { commitMs: 1 } },
  );
  const response = await postMessages(several.proxy, { stream: true });
  begun.resolve();
  const events = await readEvents(response);
  const delta = events.find(({ event }) => event === "message_delta");
  deepEqual(delta?.data.usage, {
    input_tokens: 10,
    cache_read_input_tokens: 5,
    output_tokens: 3,
  });
});

Deno.test("targets are asked in the user's order until one answers", async () => {
  await using several = await startSeveral({
    a: fails(BUSY),
    b: "refused",
    c: works,
    d: works,
  });
  const response = await postMessages(several.proxy, {});
  equal((await response.json()).model, "claude-sonnet-5");
  equal(response.headers.get("x-upstream-model"), "c-model");
  equal(
    response.headers.get("x-ccproxy-fallback"),
    "a/a-model 529, b/b-model 502",
  );
  deepEqual(["a", "c", "d"].map(several.askedOf), [1, 1, 0]);
});

Deno.test("names that fit no header are told as far as they do", async () => {
  await using several = await startSeveral({ a: fails(BUSY), b: works }, {
    models: [{ match: "*", to: ["a/größte", "b/größere"] }],
  });
  const response = await postMessages(several.proxy, {});
  equal(response.headers.get("x-upstream-model"), "gr??ere");
  equal(response.headers.get("x-ccproxy-fallback"), "a/gr??te 529");
  await response.body?.cancel();
});

Deno.test("a target that is known to be down is not asked before the next one", async () => {
  await using several = await startSeveral({ a: fails(BUSY), b: works });
  for (let i = 0; i < 30; i++) {
    const response = await postMessages(several.proxy, {});
    equal(response.headers.get("x-upstream-model"), "b-model");
    await response.body?.cancel();
  }
  ok(several.askedOf("a") < 30, `${several.askedOf("a")} times`);
});

Deno.test("a refused key is not tried at another model of its upstream", async () => {
  await using several = await startSeveral({
    a: fails(refusal(401, openaiError("Invalid key"))),
    b: works,
  }, { models: [{ match: "*", to: ["a/one", "a/two", "b/three"] }] });
  const response = await postMessages(several.proxy, {});
  equal(response.headers.get("x-upstream-model"), "three");
  await response.body?.cancel();
  equal(several.askedOf("a"), 1);
});

Deno.test("where all targets fail, the client is told of a failure it can repeat", async () => {
  await using several = await startSeveral({
    a: fails(refusal(401, openaiError("Invalid key"))),
    b: fails(refusal(429, openaiError("Slow down"), { "retry-after": "20" })),
    c: fails(refusal(403, openaiError("Not yours"))),
  });
  const response = await postMessages(several.proxy, { stream: true });
  equal(response.status, 429);
  equal(response.headers.get("retry-after"), "20");
  equal(
    response.headers.get("x-ccproxy-fallback"),
    "a/a-model 401, b/b-model 429",
  );
  match(
    (await response.json()).error.message,
    /Slow down \(asked: a\/a-model 401, b\/b-model 429, c\/c-model 403\)$/,
  );
});

Deno.test("where all targets fail for good, the client is told of the first", async () => {
  await using several = await startSeveral({
    a: fails(refusal(402, openaiError("No money"))),
    b: fails(refusal(401, openaiError("Invalid key"))),
  });
  const response = await postMessages(several.proxy, {});
  equal(response.status, 402);
  equal(response.headers.get("x-should-retry"), "false");
  match(
    (await response.json()).error.message,
    /No money \(asked: a\/a-model 402, b\/b-model 401\)$/,
  );
});

const TOO_LONG = refusal(
  400,
  openaiError(
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    { code: "context_length_exceeded" },
  ),
);

Deno.test("a prompt that does not fit goes to a window known to be larger, and no other", async () => {
  await using several = await startSeveral({
    small: fails(TOO_LONG),
    same: works,
    unknown: works,
    large: works,
  }, {
    models: [{
      match: "*",
      to: ["small/m", "same/gpt-4o", "unknown/m", "large/gpt-5.6-sol"],
    }],
  });
  const response = await postMessages(several.proxy, {});
  equal(response.status, 200);
  equal(response.headers.get("x-upstream-model"), "gpt-5.6-sol");
  await response.body?.cancel();
  deepEqual(["same", "unknown"].map(several.askedOf), [0, 0]);
});

Deno.test("a prompt that does not fit anywhere is told as the client compacts after", async () => {
  await using several = await startSeveral(
    { a: fails(TOO_LONG), b: works },
  );
  const response = await postMessages(several.proxy, { stream: true });
  equal(response.status, 400);
  match(
    (await response.json()).error.message,
    /prompt is too long: 130000 tokens > 128000 maximum/,
  );
  equal(several.askedOf("b"), 0);
});

Deno.test("an overflow of a Messages API goes to a larger window, too", async () => {
  await using several = await startSeveral({
    a: {
      messages: () =>
        errorReply(400, {
          type: "invalid_request_error",
          message: "prompt is too long: 210000 tokens > 200000 maximum",
        }),
    },
    b: works,
  }, { models: [{ match: "*", to: ["a/m", "b/gpt-5.6-sol"] }] });
  const response = await postMessages(several.proxy, {});
  equal(response.headers.get("x-upstream-model"), "gpt-5.6-sol");
  await response.body?.cancel();
});

Deno.test("a client that leaves ends the asking", async () => {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using several = await startSeveral({
    a: {
      chat: async (exchange) => {
        asked.resolve();
        await exchange.ended;
        left.resolve();
        return BUSY;
      },
    },
    b: works,
  });
  const leave = new AbortController();
  const response = postMessages(several.proxy, {}, { signal: leave.signal });
  await asked.promise;
  leave.abort();
  await response.catch(() => {});
  await left.promise;
  // An answer takes longer to arrive than the next target would.
  const after = await postMessages(several.proxy, { model: "b/b-model" });
  await after.body?.cancel();
  equal(several.askedOf("b"), 1);
});

Deno.test("a shutdown that can wait no longer asks no other target", async () => {
  const asked = Promise.withResolvers<void>();
  await using several = await startSeveral({
    a: {
      chat: async (exchange) => {
        asked.resolve();
        await exchange.ended;
        return BUSY;
      },
    },
    b: works,
  });
  const { openRequests } = several.proxy;
  const response = postMessages(several.proxy, {});
  await asked.promise;
  const server = { shutdown: () => Promise.resolve() };
  await openRequests.drain(server, { timeoutMs: 0 });
  const { status } = await response;
  await (await response).body?.cancel();
  equal(status, 529);
  equal(several.askedOf("b"), 0);
  equal(several.proxy.logged.join().includes("asking the next one"), false);
});

Deno.test("what cannot be translated is asked only where it is passed through", async () => {
  await using several = await startSeveral({ a: works, b: passes });
  const response = await postMessages(several.proxy, {
    mcp_servers: [{ type: "url", url: "https://x", name: "x" }],
  });
  equal(response.headers.get("x-upstream-model"), "b-model");
  await response.body?.cancel();
  equal(several.askedOf("a"), 0);
});

Deno.test("what nobody takes is refused before anybody is asked", async () => {
  await using several = await startSeveral({ a: works, b: works });
  const response = await postMessages(several.proxy, {
    mcp_servers: [{ type: "url", url: "https://x", name: "x" }],
  });
  equal(response.status, 400);
  match((await response.json()).error.message, /mcp_servers/);
  deepEqual(["a", "b"].map(several.askedOf), [0, 0]);
});

Deno.test("notices are of the target that answers alone", async () => {
  await using several = await startSeveral({
    a: { chat: ({ number }) => number === 1 ? BUSY : undefined },
    b: passes,
  });
  const source = { type: "text", media_type: "text/plain", data: "x" };
  const content = [
    { type: "document", source, citations: { enabled: true } },
  ];
  const noticeOf = async () => {
    const messages = [{ role: "user", content }];
    const response = await postMessages(several.proxy, { messages });
    await response.body?.cancel();
    return response.headers.get("x-ccproxy-notice");
  };
  equal(await noticeOf(), null);
  equal(await noticeOf(), "citations left out");
});
