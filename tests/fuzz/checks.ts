/**
 * What must hold for every request and every stream, however odd.
 *
 * @module
 */
import { ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { BadRequest } from "../../src/demo/bad_request.ts";
import { parseResponsesRequest } from "../../src/demo/responses/request.ts";
import { finishChunk, textChunk } from "../../src/demo/chunks.ts";
import { ApiError } from "../../src/anthropic/errors.ts";
import { refuseUnsupported } from "../../src/anthropic/refusals.ts";
import { parseMessagesRequest } from "../../src/anthropic/request.ts";
import { Notices } from "../../src/translate/notices.ts";
import { translateRequest } from "../../src/translate/request.ts";
import { translateResponsesRequest } from "../../src/translate/responses_request.ts";
import { targetAt } from "../builders.ts";
import { startFakeApp } from "../conformance/fake_app.ts";
import type { Place } from "../conformance/place.ts";
import { PLACES } from "../conformance/places.ts";
import { parseEvents } from "../support.ts";
import { checkEvents } from "./grammar.ts";
import { mutatedBody, validRequest } from "./requests.ts";
import { responsesStream } from "./responses_streams.ts";
import { chatAnswer, chatStream, responsesAnswer } from "./streams.ts";

/** How much is generated, and from which seed. */
export interface Amount {
  runs: number;
  seed: number;
}

/**
 * Longest time a request may take, in milliseconds; a thousand times the usual.
 */
const LONGEST_MS = 5_000;

/** By name, so that counterexamples are readable. */
const place = fc.constantFrom(...PLACES.map(({ name }) => name));

function placeOf(name: string): Place {
  const place = PLACES.find((each) => each.name === name);
  if (!place) throw new RangeError(`Cannot find a place named "${name}"`);
  return place;
}

/** A place, and what its upstream may say. */
function said<T>(
  { chat, responses }: Record<Place["api"], fc.Arbitrary<T>>,
): fc.Arbitrary<[name: string, said: T]> {
  return place.chain((name) => {
    const { api } = placeOf(name);
    const at = fc.constant(name);
    return fc.tuple(at, api === "chat" ? chat : responses);
  });
}

/** Translates it; `null` if it is refused for a permitted reason. */
function translated(body: unknown, { dialect, model, api }: Place): unknown {
  try {
    const request = parseMessagesRequest(body);
    refuseUnsupported(request);
    const target = targetAt(dialect, model, api);
    const context = { target, inputTokens: 10, notices: new Notices() };
    if (api === "responses") return translateResponsesRequest(request, context);
    const chat = translateRequest(request, context);
    return dialect.request?.(chat, request) ?? chat;
  } catch (error) {
    ok(error instanceof ApiError, String(error));
    equal(error.type, "invalid_request_error");
    return null;
  }
}

/** Valid requests are translated, or refused as invalid; nothing else is thrown. */
export async function checkTranslation(amount: Amount): Promise<void> {
  const check = fc.property(
    validRequest,
    place,
    (request, name) => {
      const place = placeOf(name);
      const chat = translated(request, place);
      if (chat === null) return;
      const bytes = JSON.stringify(chat);
      equal(JSON.stringify(translated(structuredClone(request), place)), bytes);
      if (place.api === "responses") checkTaken(bytes);
    },
  );
  await fc.assert(check, toParameters(amount));
}

/** OpenAI accepts it, unless a URL or an image of the client's is invalid. */
function checkTaken(bytes: string): void {
  try {
    parseResponsesRequest(bytes);
  } catch (error) {
    ok(error instanceof BadRequest, String(error));
    ok(/(image|file)_url/.test(error.message), `${error.message}: ${bytes}`);
  }
}

/** Mutated bodies get 200 or 4xx, in time. */
export async function checkBodies(amount: Amount): Promise<void> {
  let accepted = 0;
  const check = fc.asyncProperty(mutatedBody, place, async (
    body,
    name,
  ) => {
    const place = placeOf(name);
    const said = [textChunk("ok"), finishChunk("stop")];
    const answer = place.pieces(said).join("");
    const headers = { "content-type": "text/event-stream" };
    await using app = startFakeApp(
      place,
      () => Promise.resolve(new Response(answer, { headers })),
    );
    const startedAt = performance.now();
    const response = await app.send(body);
    const text = await response.text();
    const { status } = response;
    ok(status === 200 || (status >= 400 && status < 500), `${status}: ${text}`);
    if (status === 200) accepted++;
    else checkError(text);
    ok(performance.now() - startedAt < LONGEST_MS, "in time");
  });
  await fc.assert(check, toParameters(amount));
  ok(accepted > 0, "some of the bodies are accepted");
}

/** Fields that change how an answer is translated. */
const asked = fc.record({
  thinking: fc.constantFrom(null, { type: "adaptive" }, {
    type: "adaptive",
    display: "omitted",
  }),
  stop_sequences: fc.constantFrom<string[]>([], ["END"], ["a", "aa"]),
  tool_choice: fc.constantFrom(null, {
    type: "auto",
    disable_parallel_tool_use: true,
  }),
});

/** Whatever an upstream streams, the client gets a message or an error. */
export async function checkStreams(amount: Amount): Promise<void> {
  let whole = 0;
  const check = fc.asyncProperty(
    said({ chat: chatStream, responses: responsesStream }),
    asked,
    async ([name, { pieces, isCut }], fields) => {
      await using app = startFakeApp(placeOf(name), () => {
        const left = [...pieces];
        const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
          pull(controller) {
            const next = left.shift();
            if (next) controller.enqueue(next);
            else if (isCut) controller.error(new TypeError("connection cut"));
            else controller.close();
          },
        }, { highWaterMark: 0 });
        const headers = { "content-type": "text/event-stream" };
        return Promise.resolve(new Response(body, { headers }));
      });
      const startedAt = performance.now();
      const response = await app.post({ ...fields, stream: true });
      const text = await response.text();
      if (text.includes("message_stop")) whole++;
      if (response.status === 200) checkEvents(parseEvents(text));
      else checkError(text);
      equal(text.includes(INTERNAL), false, text);
      ok(performance.now() - startedAt < LONGEST_MS, "in time");
    },
  );
  await fc.assert(check, toParameters(amount));
  ok(whole > 0, "some of the messages are whole");
}

/**
 * Whatever whole answer an upstream sends, the client gets a message or an
 * error.
 */
export async function checkAnswers(amount: Amount): Promise<void> {
  const check = fc.asyncProperty(
    said({ chat: chatAnswer, responses: responsesAnswer }),
    fc.boolean(),
    asked,
    async ([name, { body, status }], stream, fields) => {
      const headers = { "content-type": "application/json" };
      await using app = startFakeApp(
        placeOf(name),
        () => Promise.resolve(new Response(body, { status, headers })),
      );
      const response = await app.post({ ...fields, stream });
      const text = await response.text();
      if (response.status !== 200) checkError(text);
      else if (stream) checkEvents(parseEvents(text));
      else equal(JSON.parse(text).type, "message");
      equal(text.includes(INTERNAL), false, text);
    },
  );
  await fc.assert(check, toParameters(amount));
}

/** The message of an unexpected error: always a bug of ours. */
const INTERNAL = "Internal error";

function checkError(text: string): void {
  equal(JSON.parse(text).type, "error");
  equal(text.includes(INTERNAL), false, text);
}

function toParameters({ runs, seed }: Amount) {
  return {
    numRuns: runs,
    seed,
    timeout: LONGEST_MS,
    interruptAfterTimeLimit: 600_000,
  };
}
