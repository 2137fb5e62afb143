/**
 * Several keys of an upstream: a session stays with one, another replaces it
 * while it is limited or refused.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  strictEqual as equal,
} from "node:assert";
import type { Exchange } from "../src/demo/exchange.ts";
import { openaiError, refusal, type Reply } from "../src/demo/replies.ts";
import { postMessages, type Proxy, startProxy } from "./support.ts";

const KEYS = ["key-one", "key-two", "key-three"];

const environment = { OPENAI_API_KEY: KEYS.join(",") };

const LIMITED = openaiError("Slow down", { code: "rate_limit_exceeded" });
const WRONG = openaiError("Incorrect API key provided", {
  code: "invalid_api_key",
});
const EMPTY = openaiError("You exceeded your current quota", {
  code: "insufficient_quota",
});

/** The key a request came with. */
function keyOf({ headers }: Exchange): string {
  return headers.get("authorization")?.replace("Bearer ", "") ?? "none";
}

/** Keys in the order they were used. */
function asked({ upstream }: Proxy): string[] {
  return upstream.exchanges.map(keyOf);
}

/** Asks in a session, and reads the answer. */
async function ask(proxy: Proxy, session: string, stream = false) {
  const headers = { "x-claude-code-session-id": session };
  const response = await postMessages(proxy, { stream }, { headers });
  const text = await response.text();
  return {
    status: response.status,
    attempts: response.headers.get("x-ccproxy-attempts"),
    retryAfter: response.headers.get("retry-after"),
    shouldRetry: response.headers.get("x-should-retry"),
    text,
  };
}

/** An upstream that refuses some keys according to `refusals`. */
function refusing(refusals: Record<string, Reply>) {
  return (exchange: Exchange) => refusals[keyOf(exchange)];
}

/** The key used for a session's first request. */
async function keyFor(session: string): Promise<string> {
  await using proxy = startProxy({ environment });
  await ask(proxy, session);
  return asked(proxy)[0] ?? "";
}

Deno.test("each session keeps to one key, and all keys are used", async () => {
  await using proxy = startProxy({ environment });
  const used = new Set<string>();
  for (let session = 0; session < 12; session++) {
    for (const stream of [true, false]) {
      equal((await ask(proxy, `s${session}`, stream)).attempts, "1");
    }
    const [first, second] = asked(proxy).slice(-2);
    equal(first, second);
    used.add(first ?? "");
  }
  equal(used.size, KEYS.length);
});

Deno.test("a session whose id is in its metadata keeps to its key, too", async () => {
  await using proxy = startProxy({ environment });
  const key = await keyFor("s1");
  const user_id = JSON.stringify({ session_id: "s1" });
  await (await postMessages(proxy, { metadata: { user_id } })).text();
  deepEqual(asked(proxy), [key]);
});

Deno.test("a limited key is left in peace: another answers, and the session comes back", async () => {
  const own = await keyFor("s");
  let skippedMs = 0;
  const limited = refusal(429, LIMITED, { "retry-after": "30" });
  let isLimited = true;
  await using proxy = startProxy({
    environment,
    clock: () => performance.now() + skippedMs,
    script: (exchange) =>
      isLimited && keyOf(exchange) === own ? limited : undefined,
  });
  const first = await ask(proxy, "s");
  equal(first.status, 200);
  equal(first.attempts, "2");
  equal((await ask(proxy, "s")).attempts, "1");
  const [limitedKey, other, again] = asked(proxy);
  equal(limitedKey, own);
  ok(other !== own && again === other, "the other key, and no other");

  isLimited = false;
  skippedMs = 30_000;
  await ask(proxy, "s");
  equal(asked(proxy).at(-1), own);
});

Deno.test("a limit that no key is free of is told at once, with the time of the first", async () => {
  const waits: Record<string, string> = {
    "key-one": "50",
    "key-two": "20",
    "key-three": "40",
  };
  await using proxy = startProxy({
    environment,
    script: (exchange) =>
      refusal(429, LIMITED, { "retry-after": waits[keyOf(exchange)] ?? "" }),
  });
  const first = await ask(proxy, "s");
  equal(first.status, 429);
  equal(first.attempts, "3");
  equal(first.retryAfter, "20");
  match(first.text, /Slow down/);
  const second = await ask(proxy, "s");
  equal(second.status, 429);
  equal(second.attempts, "0");
  equal(second.retryAfter, "20");
  equal(second.shouldRetry, null, "the client may wait for it");
  match(second.text, /has limited every key; try again in \d+ s/);
  equal(proxy.upstream.exchanges.length, 3);
});

for (const [name, reply] of [["wrong", WRONG], ["empty", EMPTY]] as const) {
  const status = name === "wrong" ? 401 : 429; // OpenAI answers 429 when there is no money
  Deno.test(`a key that is ${name} is not asked again while others are`, async () => {
    const own = await keyFor("s");
    await using proxy = startProxy({
      environment,
      script: refusing({ [own]: refusal(status, reply) }),
    });
    for (const attempts of ["2", "1", "1"]) {
      const answer = await ask(proxy, "s");
      equal(answer.status, 200);
      equal(answer.attempts, attempts);
    }
    equal(asked(proxy).filter((key) => key === own).length, 1);
  });
}

Deno.test("keys that are all refused are told as such, and not to try again", async () => {
  await using proxy = startProxy({
    environment,
    script: () => refusal(401, WRONG),
  });
  const first = await ask(proxy, "s");
  equal(first.status, 401);
  equal(first.attempts, "3");
  equal(first.shouldRetry, "false");
  match(first.text, /Incorrect API key provided/);
  const second = await ask(proxy, "s");
  equal(second.status, 401);
  equal(second.attempts, "0");
  equal(second.shouldRetry, "false");
  match(second.text, /has refused every key; they are tried again in 300 s/);
});

Deno.test("the only key is asked again after it was refused", async () => {
  let isPaid = false;
  await using proxy = startProxy({
    environment: { OPENAI_API_KEY: "only" },
    script: () => isPaid ? undefined : refusal(429, EMPTY),
  });
  equal((await ask(proxy, "s")).status, 402);
  isPaid = true;
  equal((await ask(proxy, "s")).status, 200);
});

Deno.test("a prompt that is refused by two keys is refused, and costs no key", async () => {
  const moderated = openaiError("Your input was flagged");
  let isFlagged = true;
  await using proxy = startProxy({
    environment,
    script: () => isFlagged ? refusal(403, moderated) : undefined,
  });
  for (let n = 0; n < 3; n++) {
    const answer = await ask(proxy, "s");
    equal(answer.status, 403);
    equal(answer.attempts, "2");
    equal(answer.shouldRetry, "false");
  }
  isFlagged = false;
  equal((await ask(proxy, "s")).attempts, "1");
});

Deno.test("a key that may not use the model stands back for one that may", async () => {
  const own = await keyFor("s");
  const forbidden = openaiError("Project does not have access to model");
  await using proxy = startProxy({
    environment,
    script: refusing({ [own]: refusal(403, forbidden) }),
  });
  equal((await ask(proxy, "s")).attempts, "2");
  equal((await ask(proxy, "s")).attempts, "1");
});

Deno.test("keys are in no log, whatever becomes of them", async () => {
  await using proxy = startProxy({
    environment,
    script: (exchange) =>
      refusal(401, openaiError(`Incorrect API key ${keyOf(exchange)}`)),
  });
  const { text } = await ask(proxy, "s");
  ok(proxy.logged.length > 0);
  for (const key of KEYS) {
    equal(text.includes(key), false);
    equal(proxy.logged.join("\n").includes(key), false);
  }
});
