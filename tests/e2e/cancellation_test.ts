import {
  deepStrictEqual as deepEqual,
  strictEqual as equal,
} from "node:assert";
import { setTimeout } from "node:timers/promises";
import { roleChunk, textChunk, toolCallChunk } from "../../src/demo/chunks.ts";
import { chunks } from "../../src/demo/replies.ts";
import { EVENT_STREAM_TIMES } from "../../src/stream/event_stream.ts";
import type { ClientEvent } from "./client_event.ts";
import { setStage } from "./stage.ts";

/** An answer that begins and never ends. */
const ENDLESS = chunks([roleChunk(), textChunk("Once ")], { end: "hang" });

/** Long enough for the proxy to have begun sending pings, in milliseconds. */
const STALL_MS = EVENT_STREAM_TIMES.pingMs + 1_000;

Deno.test("Claude Code leaves no upstream request behind when it is killed", async () => {
  await using stage = await setStage({ script: () => ENDLESS });
  const client = stage.start("--include-partial-messages");
  await client.say("Tell me a story");
  await client.until(isDelta);
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
  await client.until(isDelta);
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

Deno.test("Claude Code goes on after an interrupt in a call that has stalled", async () => {
  const stalled = chunks([
    roleChunk(),
    toolCallChunk({ id: "call_stalled", name: "Bash" }),
    toolCallChunk({ args: '{"command":"touch half' }),
  ], { end: "hang" });
  await using stage = await setStage({
    script: ({ number }) => number === 1 ? stalled : undefined,
  });
  const client = stage.start(
    "--include-partial-messages",
    ...["--allowedTools", "Bash"],
  );
  await client.say("Make a file");
  await client.until(isDelta);
  await setTimeout(STALL_MS);
  const [exchange] = stage.upstream.exchanges;
  equal(exchange?.state, "running");
  await client.interrupt();
  equal(await exchange?.ended, "cancelled");
  stage.signal.throwIfAborted(); // the deadline cancels, too
  await client.until(({ type }) => type === "result");
  await client.say("Say hello instead");
  equal((await client.result()).is_error, false);
  equal((await client.finish()).code, 0);
  deepEqual(await Array.fromAsync(Deno.readDir(stage.folder)), []);
  const [, resumed, ...others] = stage.upstream.exchanges;
  equal(others.length, 0);
  equal(JSON.stringify(resumed?.body).includes("touch half"), false);
});

function isDelta({ event }: ClientEvent): boolean {
  return event?.type === "content_block_delta";
}
