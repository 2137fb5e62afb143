import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { roleChunk, textChunk } from "../../src/demo/chunks.ts";
import { chunks } from "../../src/demo/replies.ts";
import type { ClientEvent } from "./client_event.ts";
import { setStage } from "./stage.ts";

/** An answer that begins and never ends. */
const ENDLESS = chunks([roleChunk(), textChunk("Once ")], { end: "hang" });

Deno.test("Claude Code leaves no upstream request behind when it is killed", async () => {
  await using stage = await setStage({ script: () => ENDLESS });
  const client = stage.start("--include-partial-messages");
  await client.say("Tell me a story");
  await client.until(isText);
  const [exchange] = stage.upstream.exchanges;
  equal(exchange?.state, "running");
  client.kill();
  equal(await exchange?.ended, "cancelled");
  stage.signal.throwIfAborted(); // the deadline cancels, too
});

Deno.test("Claude Code goes on after an interrupted turn", async () => {
  await using stage = await setStage({
    script: ({ number }) => number === 1 ? ENDLESS : undefined,
  });
  const client = stage.start("--include-partial-messages");
  await client.say("Tell me a story");
  await client.until(isText);
  await client.interrupt();
  equal(await stage.upstream.exchanges[0]?.ended, "cancelled");
  await client.until(({ type }) => type === "result");
  await client.say("Say hello instead");
  const { is_error } = await client.result();
  equal(is_error, false);
  const { code } = await client.finish();
  equal(code, 0);
  const [, resumed, ...others] = stage.upstream.exchanges;
  equal(others.length, 0);
  deepEqual(resumed?.body.messages.slice(2), [
    { role: "assistant", content: "Once " },
    {
      role: "user",
      content: "[Request interrupted by user]\n\n\nSay hello instead",
    },
  ]);
});

function isText({ event }: ClientEvent): boolean {
  return event?.type === "content_block_delta";
}
