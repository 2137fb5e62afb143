/**
 * A small part of `deno task fuzz`, with a new seed each time; a failure prints
 * it.
 *
 * @module
 */
import {
  checkAnswers,
  checkBodies,
  checkStreams,
  checkTranslation,
} from "./fuzz/checks.ts";

const seed = Date.now() % 2 ** 31;

Deno.test("a valid request is translated, or refused as invalid", () =>
  checkTranslation({ runs: 300, seed }));

Deno.test("a broken request is answered 200 or 4xx", () =>
  checkBodies({ runs: 300, seed }));

Deno.test("any upstream stream becomes a whole message or an error", () =>
  checkStreams({ runs: 200, seed }));

Deno.test("any whole answer becomes a message or an error", () =>
  checkAnswers({ runs: 200, seed }));
