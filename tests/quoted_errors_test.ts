/**
 * What clients get for the errors that upstreams are known to send: every
 * `error_*.json` of the fixtures, quoted from where its `source` says.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import { z } from "zod";
import { rawStream, refusal, type Reply } from "../src/demo/replies.ts";
import { toLesson } from "../src/models/lesson.ts";
import { parseFailure } from "../src/openai/errors.ts";
import { toRetryAfter } from "../src/translate/retry_after.ts";
import { translateFailure } from "../src/translate/upstream_error.ts";
import { targetAt } from "./builders.ts";
import type { Place } from "./conformance/place.ts";
import { PLACES } from "./conformance/places.ts";

const Fixture = z.strictObject({
  source: z.url(),
  /**
   * `message`: only the message is quoted; the envelope is its maker's usual
   * one.
   */
  quoted: z.enum(["body", "message"]),
  /** 200 if it was a stream's event, or a body that only looked fine. */
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.union([z.string(), z.looseObject({}), z.array(z.unknown())]),
  /** Estimate of the prompt it responds to. */
  inputTokens: z.number().optional(),
  becomes: z.strictObject({
    status: z.number(),
    type: z.string(),
    message: z.string(),
    shouldRetry: z.literal(false).optional(),
    retryAfterSeconds: z.number().optional(),
    /** How the request is changed and resent before the client is told. */
    learns: z.string().optional(),
  }),
});

type Fixture = z.infer<typeof Fixture>;

const FIXTURES = new URL("./fixtures/", import.meta.url);

for (const { name, place, fixture } of readFixtures()) {
  const { status, headers, body, inputTokens, becomes } = fixture;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const failure = parseFailure(text);

  if (status !== 200) {
    Deno.test(`translateFailure() gives ${becomes.type} for ${name}`, () => {
      const error = translateFailure(failure, {
        status,
        upstream: "api.example.com",
        model: "big-model",
        limits: undefined,
        inputTokens: inputTokens ?? 10,
        retryAfterSeconds: toRetryAfter(
          new Headers(headers),
          failure.message,
          0,
        ),
      });
      equal(error.message, becomes.message);
      equal(error.type, becomes.type);
      equal(error.status, becomes.status);
      equal(error.shouldRetry, becomes.shouldRetry);
      equal(error.retryAfterSeconds, becomes.retryAfterSeconds);
    });
  }

  if (becomes.learns !== undefined) {
    Deno.test(`toLesson() learns from ${name}`, () => {
      const { capabilities, limits } = targetAt(place.dialect, "some-model");
      const known = { ...capabilities, ...limits };
      const maxTokensField = /use 'max_completion/i.test(failure.text) ||
          !failure.text.includes("max_completion_tokens")
        ? "max_tokens"
        : "max_completion_tokens";
      const lesson = toLesson(failure, { ...known, maxTokensField });
      equal(lesson?.what, becomes.learns);
    });
  }

  if (inputTokens === undefined) {
    Deno.test(`the client of ${place.name} is told of ${name}`, async () => {
      const told = await place.refuses(toReply(fixture, place), {
        stream: status === 200,
      });
      equal(told.status, becomes.status, told.error.message);
      equal(told.error.type, becomes.type);
      ok(
        !/<(?:html|body|div|h1)/i.test(told.error.message),
        told.error.message,
      );
      if (becomes.shouldRetry === false) {
        equal(told.headers.get("x-should-retry"), "false");
      }
    });
  }
}

function toReply({ status, headers, body }: Fixture, place: Place): Reply {
  if (status !== 200) return refusal(status, body, headers);
  const event = Object(body);
  if (place.api === "chat") return refusal(200, body);
  const begun = place.pieces([]).slice(0, 2); // created, in progress
  const data = JSON.stringify(event);
  return rawStream([...begun, `event: ${event.type}\ndata: ${data}\n\n`]);
}

/**
 * Each with the upstream that sent it; stream events are of the Responses API.
 */
function* readFixtures(): Generator<
  { name: string; place: Place; fixture: Fixture }
> {
  for (const { name: dialect, isDirectory } of list(FIXTURES)) {
    if (!isDirectory) continue;
    const folder = new URL(`${dialect}/`, FIXTURES);
    for (const { name: file } of list(folder)) {
      if (!/^error_\w+\.json$/.test(file)) continue;
      const fixture = Fixture.parse(
        JSON.parse(Deno.readTextFileSync(new URL(file, folder))),
      );
      const isEvent = Object.hasOwn(Object(fixture.body), "sequence_number");
      const place = PLACES.find(({ name }) =>
        name === (isEvent ? "responses" : dialect)
      );
      ok(place, `${dialect} is a dialect`);
      yield { name: `${dialect}/${file}`, place, fixture };
    }
  }
}

function list(folder: URL): Deno.DirEntry[] {
  return [...Deno.readDirSync(folder)]
    .sort((a, b) => a.name < b.name ? -1 : 1);
}
