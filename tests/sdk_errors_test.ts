/**
 * The errors of both majors of the official SDK, as the whole proxy causes
 * them on its port.
 *
 * @module
 */
import { match, ok, strictEqual as equal } from "node:assert";
import { textChunk } from "../src/demo/chunks.ts";
import {
  openaiError,
  rawStream,
  refusal,
  type Reply,
} from "../src/demo/replies.ts";
import { ASKED, connect, errorOf, type Sdk, SDKS } from "./sdks.ts";
import { startProxy } from "./support.ts";

/** Asks once, streamed or not, while the upstream plays `reply`. */
async function failure(sdk: Sdk, reply: Reply, { stream = false } = {}) {
  await using proxy = startProxy({ script: () => reply });
  const { messages } = connect(sdk, proxy);
  const call = stream
    ? messages.stream(ASKED).finalMessage()
    : messages.create(ASKED);
  return await errorOf(sdk, call);
}

for (const [name, sdk] of Object.entries(SDKS)) {
  Deno.test(`${name} knows a BadRequestError by its field`, async () => {
    await using proxy = startProxy();
    const { max_tokens: _, ...rest } = ASKED;
    const { messages } = connect(sdk, proxy);
    const error = await errorOf(sdk, messages.create(Object(rest)));
    ok(error instanceof sdk.BadRequestError);
    equal(error.type, "invalid_request_error");
    match(error.message, /max_tokens: Field required/);
  });

  Deno.test(`${name} knows a prompt that is too long`, async () => {
    const body = openaiError(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      { code: "context_length_exceeded" },
    );
    for (const stream of [true, false]) {
      const error = await failure(sdk, refusal(400, body), { stream });
      ok(error instanceof sdk.BadRequestError);
      match(
        error.message,
        /prompt is too long: 130000 tokens > 128000 maximum/,
      );
    }
  });

  Deno.test(`${name} knows a wrong client key, and passes with the right one`, async () => {
    const environment = { CCPROXY_API_KEY: "right" };
    await using proxy = startProxy({ environment });
    const wrong = connect(sdk, proxy, { apiKey: "wrong" });
    const error = await errorOf(sdk, wrong.messages.create(ASKED));
    ok(error instanceof sdk.AuthenticationError);
    equal(error.headers?.get("x-should-retry"), "false");
    const right = connect(sdk, proxy, { apiKey: "right" });
    equal((await right.messages.create(ASKED)).type, "message");
  });

  Deno.test(`${name} knows a RateLimitError and when to come back`, async () => {
    const body = openaiError("Slow down", { code: "rate_limit_exceeded" });
    const reply = refusal(429, body, { "retry-after": "7" });
    for (const stream of [true, false]) {
      const error = await failure(sdk, reply, { stream });
      ok(error instanceof sdk.RateLimitError);
      equal(error.type, "rate_limit_error");
      equal(error.headers?.get("retry-after"), "7");
    }
  });

  Deno.test(`${name} knows overload and failure of the upstream`, async () => {
    const rows: [status: number, expected: number, type: string][] = [
      [529, 529, "overloaded_error"],
      [503, 503, "api_error"],
      [500, 500, "api_error"],
      [504, 504, "timeout_error"],
    ];
    for (const [status, expected, type] of rows) {
      const body = openaiError("No luck", { type: "server_error" });
      const error = await failure(sdk, refusal(status, body));
      ok(error instanceof sdk.InternalServerError);
      equal(error.status, expected);
      equal(error.type, type);
    }
  });

  Deno.test(`${name} knows an answer that fails in mid-stream`, async () => {
    const overload = openaiError("Busy", { code: "server_is_overloaded" });
    const rows: [rest: unknown[], type: string][] = [
      [[], "api_error"],
      [[overload], "overloaded_error"],
    ];
    for (const [rest, type] of rows) {
      const begun = Promise.withResolvers<void>();
      const script = () =>
        rawStream(pieces(rest, begun.promise), {
          end: "cut",
        });
      await using proxy = startProxy({ script });
      const stream = connect(sdk, proxy).messages.stream(ASKED);
      stream.on("text", () => begun.resolve());
      const error = await errorOf(sdk, stream.finalMessage());
      equal(error.status, undefined); // the status line was a 200
      equal(error.type, type);
    }
  });
}

/** A word, then the rest when the client has read it. */
async function* pieces(rest: unknown[], begun: Promise<void>) {
  yield toText(textChunk("Once upon"));
  await begun;
  yield* rest.map(toText);
}

function toText(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
