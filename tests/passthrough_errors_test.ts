/**
 * Refusals of upstreams that speak the Messages API, as the client reads them.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { errorReply, MESSAGE, startPassing } from "./messages_upstream.ts";
import { postMessages } from "./support.ts";

/**
 * An upstream's answer and what the client gets; headers not named are absent.
 */
interface Row {
  reply: () => Response;
  status: number;
  error: Record<string, unknown>;
  headers?: Record<string, string>;
}

const KEY = "upstream-key-0123456789";

const ROWS: Record<string, Row> = {
  "type, status and message (C10)": {
    reply: () =>
      errorReply(400, {
        type: "invalid_request_error",
        message: "messages.0.content: Input should be a list",
        details: null,
      }, { "request-id": "req_up" }),
    status: 400,
    error: {
      type: "invalid_request_error",
      message: "messages.0.content: Input should be a list",
    },
    headers: { "x-upstream-request-id": "req_up" },
  },
  "a code the SDKs branch on": {
    reply: () =>
      errorReply(400, {
        type: "invalid_request_error",
        message: "tool_reference",
        details: { error_code: "tool_reference_unresolved", more: 1 },
      }),
    status: 400,
    error: {
      type: "invalid_request_error",
      message: "tool_reference",
      details: { error_code: "tool_reference_unresolved" },
    },
  },
  "a prompt that is too long, as Claude Code wants it": {
    reply: () =>
      errorReply(400, {
        type: "invalid_request_error",
        message: "prompt is too long: 210000 tokens > 200000 maximum",
      }),
    status: 400,
    error: {
      type: "invalid_request_error",
      message: "prompt is too long: 210000 tokens > 200000 maximum",
    },
  },
  "a prompt that is too long, in llama.cpp's words (E2)": {
    reply: () =>
      errorReply(400, {
        type: "invalid_request_error",
        message:
          "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
      }),
    status: 400,
    error: {
      type: "invalid_request_error",
      message: "prompt is too long: 9412 tokens > 8192 maximum",
    },
  },
  "a rate limit and its wait (E8)": {
    reply: () =>
      errorReply(429, { type: "rate_limit_error", message: "Too fast" }, {
        "retry-after": "17",
        "x-should-retry": "true",
      }),
    status: 429,
    error: { type: "rate_limit_error", message: "Too fast" },
    headers: { "retry-after": "17", "x-should-retry": "true" },
  },
  "a refusal of our key, without the key (E6)": {
    reply: () =>
      errorReply(401, {
        type: "authentication_error",
        message: `invalid x-api-key ${KEY}`,
      }),
    status: 401,
    error: {
      type: "authentication_error",
      message:
        "upstream authentication failed for 127.0.0.1: invalid x-api-key ***",
    },
    headers: { "x-should-retry": "false" },
  },
  "a key that may not": {
    reply: () =>
      errorReply(403, { type: "permission_error", message: "Not yours" }),
    status: 403,
    error: {
      type: "permission_error",
      message: "upstream 127.0.0.1 answered 403: Not yours",
    },
    headers: { "x-should-retry": "false" },
  },
  "a page of HTML (E11)": {
    reply: () =>
      new Response("<html><h1>Bad gateway</h1></html>", { status: 502 }),
    status: 502,
    error: {
      type: "api_error",
      message: "upstream 127.0.0.1 answered 502: Bad gateway",
    },
  },
  "an envelope with a type of its own (vLLM)": {
    reply: () =>
      errorReply(404, {
        type: "NotFoundError",
        message: "The model `big-model` does not exist.",
      }),
    status: 404,
    error: { type: "not_found_error", message: "model: big-model" },
  },
  "an envelope in a 200": {
    reply: () => errorReply(200, { type: "overloaded_error", message: "Full" }),
    status: 529,
    error: { type: "overloaded_error", message: "Full" },
  },
};

for (const [name, row] of Object.entries(ROWS)) {
  Deno.test(`passthrough passes on ${name}`, async (t) => {
    for (const stream of [false, true]) {
      await t.step(`stream: ${stream}`, async () => {
        await using passing = await startPassing(row.reply, {
          environment: { OPENAI_API_KEY: KEY },
          retry: { maxAttempts: 1, baseMs: 0, maxMs: 0 },
        });
        const response = await postMessages(passing.proxy, { stream });
        equal(response.status, row.status);
        const { type, error, request_id } = await response.json();
        equal(type, "error");
        deepEqual(error, row.error);
        equal(request_id, response.headers.get("request-id"));
        for (
          const header of [
            "retry-after",
            "x-should-retry",
            "x-upstream-request-id",
          ]
        ) {
          equal(response.headers.get(header), row.headers?.[header] ?? null);
        }
        equal(passing.proxy.logged.join().includes(KEY), false);
      });
    }
  });
}

Deno.test("passthrough asks again where that may help, and only there", async () => {
  const overloaded = { type: "overloaded_error", message: "Overloaded" };
  await using passing = await startPassing((_, number) =>
    number < 3 ? errorReply(529, overloaded) : Response.json(MESSAGE)
  );
  const response = await postMessages(passing.proxy, {});
  equal(response.status, 200);
  await response.body?.cancel();
  equal(passing.asked.length, 3);
});

Deno.test("passthrough does not ask again where the upstream says so", async () => {
  await using passing = await startPassing(() =>
    errorReply(500, { type: "api_error", message: "No" }, {
      "x-should-retry": "false",
    })
  );
  const response = await postMessages(passing.proxy, {});
  equal(response.status, 500);
  await response.body?.cancel();
  equal(passing.asked.length, 1);
});
