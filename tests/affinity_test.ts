/**
 * Sessions that stay where their prompt is cached, through the HTTP port.
 *
 * @module
 */
import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { textChunk } from "../src/demo/chunks.ts";
import { chunks, openaiError, refusal } from "../src/demo/replies.ts";
import { type Several, startSeveral } from "./several_upstreams.ts";
import { postMessages } from "./support.ts";

const BUSY = refusal(503, openaiError("Busy"));

/** Upstreams a and b, which fail while they are among `down`. */
async function startFailing(down: Set<string>): Promise<Several> {
  const of = (name: string) => ({
    chat: () => down.has(name) ? BUSY : undefined,
  });
  return await startSeveral({ a: of("a"), b: of("b") });
}

/** Which upstream answers. */
async function answerer(
  { proxy }: Several,
  session?: string,
  body: Record<string, unknown> = {},
): Promise<string | null> {
  const headers: Record<string, string> = session === undefined
    ? {}
    : { "x-claude-code-session-id": session };
  const response = await postMessages(proxy, body, { headers });
  equal(response.status, 200);
  await response.body?.cancel();
  return response.headers.get("x-upstream-model");
}

Deno.test("a session stays at the target that stood in, others do not", async () => {
  const down = new Set(["a"]);
  await using several = await startFailing(down);
  equal(await answerer(several, "s"), "b-model");
  down.clear();
  equal(await answerer(several, "s"), "b-model");
  equal(several.askedOf("a"), 1);
  equal(await answerer(several, "other"), "a-model");
  equal(await answerer(several), "a-model");
});

Deno.test("a session goes back to the first target when the other fails", async () => {
  const down = new Set(["a"]);
  await using several = await startFailing(down);
  await answerer(several, "s");
  down.clear();
  down.add("b");
  equal(await answerer(several, "s"), "a-model");
  down.clear();
  equal(await answerer(several, "s"), "a-model");
});

Deno.test("a session is known by its metadata, too", async () => {
  const down = new Set(["a"]);
  await using several = await startFailing(down);
  const user_id = JSON.stringify({ device_id: "d", session_id: "s" });
  const body = { metadata: { user_id } };
  await answerer(several, undefined, body);
  down.clear();
  equal(await answerer(several, undefined, body), "b-model");
  equal(await answerer(several, "s"), "b-model");
});

Deno.test("a session leaves a target whose answer breaks off", async () => {
  let isDown = true;
  let isCut = false;
  await using several = await startSeveral({
    a: { chat: () => isDown ? BUSY : undefined },
    b: {
      chat: () =>
        isCut ? chunks([textChunk("Once")], { end: "cut" }) : undefined,
    },
  });
  const headers = { "x-claude-code-session-id": "s" };
  const ask = async () => {
    const response = await postMessages(several.proxy, { stream: true }, {
      headers,
    });
    const text = await response.text();
    return [
      response.headers.get("x-upstream-model"),
      text.includes("event: error"),
    ];
  };
  deepEqual(await ask(), ["b-model", false]);
  isDown = false;
  isCut = true;
  deepEqual(await ask(), ["b-model", true]);
  deepEqual(await ask(), ["a-model", false]);
});

Deno.test("a session stays where its client left an answer", async () => {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  let isDown = true;
  let isSlow = false;
  await using several = await startSeveral({
    a: { chat: () => isDown ? BUSY : undefined },
    b: {
      chat: async (exchange) => {
        if (!isSlow) return undefined;
        asked.resolve();
        await exchange.ended;
        left.resolve();
        return undefined;
      },
    },
  });
  await answerer(several, "s");
  isDown = false;
  isSlow = true;
  const leave = new AbortController();
  const headers = { "x-claude-code-session-id": "s" };
  const { signal } = leave;
  const response = postMessages(several.proxy, {}, { headers, signal });
  await asked.promise;
  leave.abort();
  await response.catch(() => {});
  await left.promise;
  isSlow = false;
  equal(await answerer(several, "s"), "b-model");
});
